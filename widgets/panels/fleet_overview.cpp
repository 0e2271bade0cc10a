// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/fleet_overview.h"

#include "widgets/panels/fleet_delegate.h"

#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QSettings>
#include <QTreeView>
#include <QVBoxLayout>

namespace lifeguard {

FleetOverview::FleetOverview(QWidget* parent)
    : QWidget(parent)
    , m_model(new FleetModel(this))
    , m_order(new FleetOrder(this))
    , m_table(new QTreeView(this))
    , m_filter(new QLineEdit(this))
    , m_grouping(new QComboBox(this))
    , m_count(new QLabel(this))
{
    m_order->setSourceModel(m_model);
    setupTable();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(9);
    layout->addWidget(makeHead());
    layout->addWidget(m_table, 1);
    connect(m_filter, &QLineEdit::textChanged, this, [this](const QString& words) {
        m_order->setWords(words);
        m_table->expandAll();
        tellCount();
    });
    connect(m_grouping, &QComboBox::currentIndexChanged, this, &FleetOverview::regroup);
    connect(m_table, &QTreeView::activated, this, &FleetOverview::activate);
}

void FleetOverview::setupTable()
{
    m_table->setModel(m_order);
    m_table->setItemDelegate(new FleetDelegate(m_table));
    m_table->setAccessibleName(tr("All pools"));
    m_table->setRootIsDecorated(false);
    m_table->setUniformRowHeights(true);
    m_table->setAllColumnsShowFocus(true);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(FleetModel::State, Qt::AscendingOrder);
    m_table->setMouseTracking(true);
    m_table->viewport()->installEventFilter(this);
    QHeaderView* const header = m_table->header();
    header->setStretchLastSection(false);
    header->setSectionsMovable(true);
    const int widths[FleetModel::kColumns] = {190, 260, 150, 70, 80, 100, 260, 60};
    for (int column = 0; column < FleetModel::kColumns; ++column)
        m_table->setColumnWidth(column, widths[column]);
    header->setSectionResizeMode(FleetModel::LastEvent, QHeaderView::Stretch);
}

QWidget* FleetOverview::makeHead()
{
    auto* head = new QWidget(this);
    auto* layout = new QHBoxLayout(head);
    layout->setContentsMargins(0, 0, 0, 0);
    auto* title = new QLabel(tr("All pools"), head);
    QFont font = title->font();
    font.setPixelSize(17);
    font.setBold(true);
    title->setFont(font);
    m_count->setProperty("muted", true);
    m_filter->setPlaceholderText(tr("Filter by name, state, server…"));
    m_filter->setAccessibleName(tr("Filter the pools"));
    m_filter->setClearButtonEnabled(true);
    m_filter->setMaximumWidth(280);
    m_grouping->addItem(tr("Not grouped"), static_cast<int>(FleetModel::Grouping::None));
    m_grouping->addItem(tr("By server"), static_cast<int>(FleetModel::Grouping::Server));
    m_grouping->addItem(tr("By environment"), static_cast<int>(FleetModel::Grouping::Environment));
    m_grouping->addItem(tr("By kind"), static_cast<int>(FleetModel::Grouping::Kind));
    m_grouping->setAccessibleName(tr("Group the pools"));
    layout->addWidget(title);
    layout->addWidget(m_count);
    layout->addStretch(1);
    layout->addWidget(m_grouping);
    layout->addWidget(m_filter, 1);
    return head;
}

void FleetOverview::setSnapshot(const FleetSnapshot& snapshot)
{
    const int groups = m_model->rowCount();
    m_model->setSnapshot(snapshot);
    if (m_model->grouping() != FleetModel::Grouping::None && m_model->rowCount() != groups)
        m_table->expandAll();
    tellCount();
}

void FleetOverview::appendEvents(const std::vector<Event>& events)
{
    m_model->appendEvents(events);
}

void FleetOverview::focusFilter()
{
    m_filter->setFocus(Qt::ShortcutFocusReason);
    m_filter->selectAll();
}

void FleetOverview::restore(const QSettings& settings)
{
    m_table->header()->restoreState(settings.value(QStringLiteral("overview/columns")).toByteArray());
    m_grouping->setCurrentIndex(std::clamp(settings.value(QStringLiteral("overview/grouping")).toInt(), 0, 3));
}

void FleetOverview::save(QSettings& settings) const
{
    settings.setValue(QStringLiteral("overview/columns"), m_table->header()->saveState());
    settings.setValue(QStringLiteral("overview/grouping"), m_grouping->currentIndex());
}

void FleetOverview::regroup()
{
    const auto grouping = static_cast<FleetModel::Grouping>(m_grouping->currentData().toInt());
    m_table->setRootIsDecorated(grouping != FleetModel::Grouping::None);
    m_model->setGrouping(grouping);
}

void FleetOverview::activate(const QModelIndex& index)
{
    const QString key = index.data(FleetModel::KeyRole).toString();
    if (!key.isEmpty())
        Q_EMIT poolActivated(key, index.data(FleetModel::WhenRole).toDateTime());
}

void FleetOverview::tellCount()
{
    int shown = 0;
    for (int row = 0; row < m_order->rowCount(); ++row) {
        const QModelIndex index = m_order->index(row, 0);
        shown += m_model->grouping() == FleetModel::Grouping::None ? 1 : m_order->rowCount(index);
    }
    m_count->setText(tr("%n pool(s)", nullptr, shown));
}

// A row that moves away under the pointer is clicked in vain, or another one in its place.
bool FleetOverview::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::Enter)
        m_order->setDynamicSortFilter(false);
    else if (event->type() == QEvent::Leave)
        m_order->setDynamicSortFilter(true);
    return QWidget::eventFilter(watched, event);
}

} // namespace lifeguard
