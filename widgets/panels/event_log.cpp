// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/event_log.h"

#include "widgets/dialogs/event_details.h"
#include "widgets/models/event_export.h"
#include "widgets/models/event_filter.h"
#include "widgets/models/event_model.h"
#include "widgets/panels/event_delegate.h"
#include "widgets/words.h"

#include <QAction>
#include <QButtonGroup>
#include <QClipboard>
#include <QFileDialog>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QSaveFile>
#include <QScrollBar>
#include <QTableView>
#include <QToolButton>

namespace lifeguard {

namespace {

constexpr int kRowHeight = 25;

QToolButton* makeChip(const QString& text, QWidget* parent)
{
    auto* chip = new QToolButton(parent);
    chip->setText(text);
    chip->setCheckable(true);
    chip->setProperty("chip", true);
    return chip;
}

} // namespace

EventLog::EventLog(QWidget* parent)
    : QFrame(parent)
    , m_model(new EventModel(this))
    , m_filter(new EventFilter(this))
    , m_table(new QTableView(this))
    , m_text(new QLineEdit(this))
    , m_follow(makeChip(tr("Follow"), this))
    , m_poolOnly(makeChip(tr("This pool"), this))
{
    setProperty("card", true);
    m_filter->setSourceModel(m_model);
    makeTable();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(1, 7, 1, 1);
    layout->setSpacing(5);
    layout->addWidget(makeTitleRow());
    layout->addWidget(m_table, 1);
    showCounts();
}

QWidget* EventLog::makeTitleRow()
{
    auto* row = new QWidget(this);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(11, 0, 11, 0);
    layout->setSpacing(7);
    auto* title = new QLabel(tr("Events"), row);
    QFont bold = title->font();
    bold.setBold(true);
    title->setFont(bold);
    layout->addWidget(title);
    makeChips(row);
    layout->addStretch(1);
    m_text->setPlaceholderText(tr("Filter"));
    m_text->setClearButtonEnabled(true);
    m_text->setAccessibleName(tr("Filter the events by text"));
    m_text->setMinimumWidth(90);
    m_text->setMaximumWidth(200);
    m_follow->setChecked(true);
    m_follow->setToolTip(tr("Keep the newest event in view"));
    m_poolOnly->setToolTip(tr("Only the events of the pool that is chosen"));
    auto* save = makeChip(tr("Export…"), row);
    save->setCheckable(false);
    save->setToolTip(tr("Save the events that are shown as CSV or JSON"));
    layout->addWidget(m_text, 2);
    layout->addWidget(m_poolOnly);
    layout->addWidget(m_follow);
    layout->addWidget(save);
    connect(m_text, &QLineEdit::textChanged, m_filter, &EventFilter::setText);
    connect(save, &QToolButton::clicked, this, &EventLog::askExport);
    connect(m_poolOnly, &QToolButton::toggled, this,
            [this](bool only) { m_filter->setPool(only ? m_poolKey : QString()); });
    connect(m_follow, &QToolButton::toggled, this, [this](bool follow) {
        if (follow)
            m_table->scrollToTop();
    });
    return row;
}

void EventLog::makeChips(QWidget* row)
{
    auto* chips = new QButtonGroup(row);
    const auto add = [&](std::optional<EventGroup> group) {
        QToolButton* chip = makeChip({}, row);
        chip->setProperty("group", group ? static_cast<int>(*group) : -1);
        chips->addButton(chip);
        row->layout()->addWidget(chip);
        m_chips.push_back(chip);
        connect(chip, &QToolButton::clicked, this, [this, group] { m_filter->setGroup(group); });
    };
    add(std::nullopt);
    for (const EventGroup group : {EventGroup::Retries, EventGroup::Failures, EventGroup::Resets, EventGroup::Health})
        add(group);
    m_chips.front()->setChecked(true);
}

void EventLog::makeTable()
{
    m_table->setModel(m_filter);
    m_table->setAccessibleName(tr("Events"));
    m_table->setItemDelegateForColumn(EventModel::SeverityColumn, new SeverityDelegate(m_table));
    m_table->setShowGrid(false);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setWordWrap(false);
    m_table->setTabKeyNavigation(false);
    m_table->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    m_table->verticalHeader()->setDefaultSectionSize(kRowHeight);
    m_table->horizontalHeader()->hide();
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_table->setColumnWidth(EventModel::TimeColumn, 112);
    m_table->setColumnWidth(EventModel::SeverityColumn, 36);
    m_table->setColumnWidth(EventModel::PoolColumn, 120);
    m_table->setContextMenuPolicy(Qt::ActionsContextMenu);
    auto* copy = new QAction(tr("Copy"), m_table);
    copy->setShortcut(QKeySequence::Copy);
    copy->setShortcutContext(Qt::WidgetShortcut);
    auto* details = new QAction(tr("Details…"), m_table);
    m_table->addActions({copy, details});
    connect(copy, &QAction::triggered, this, &EventLog::copySelection);
    connect(details, &QAction::triggered, this, [this] { showDetails(m_table->currentIndex()); });
    connect(m_table, &QTableView::activated, this, &EventLog::showDetails);
}

void EventLog::append(const std::vector<Event>& events)
{
    QScrollBar* bar = m_table->verticalScrollBar();
    const int rowsBefore = m_filter->rowCount();
    const int scrolled = bar->value();
    m_model->append(events);
    if (m_follow->isChecked())
        m_table->scrollToTop();
    else // rows came in above: what is read stays where it is
        bar->setValue(scrolled + (m_filter->rowCount() - rowsBefore) * kRowHeight);
    showCounts();
}

void EventLog::showCounts()
{
    for (QToolButton* chip : m_chips) {
        const int group = chip->property("group").toInt();
        const QString words = group < 0 ? tr("All %1").arg(Words::count(m_model->rowCount()))
                                        : tr("%1 %2", "group of events, how many")
                                              .arg(Words::of(static_cast<EventGroup>(group)),
                                                   Words::count(m_model->countOf(static_cast<EventGroup>(group))));
        if (chip->text() != words)
            chip->setText(words);
    }
}

void EventLog::setPoolName(const QString& key, const QString& name)
{
    m_model->setPoolName(key, name);
}

void EventLog::setPoolFilter(const QString& key)
{
    m_poolKey = key;
    if (m_poolOnly->isChecked())
        m_filter->setPool(key);
}

void EventLog::focusFilter()
{
    m_text->setFocus(Qt::ShortcutFocusReason);
    m_text->selectAll();
}

std::vector<Event> EventLog::shown() const
{
    std::vector<Event> events;
    for (int row = m_filter->rowCount() - 1; row >= 0; --row)
        events.push_back(m_model->eventAt(m_filter->mapToSource(m_filter->index(row, 0)).row()));
    return events;
}

bool EventLog::exportTo(const QString& name, QString* error) const
{
    const std::vector<Event> events = shown();
    const bool json = name.endsWith(QLatin1String(".json"), Qt::CaseInsensitive);
    QSaveFile file(name);
    if (file.open(QIODevice::WriteOnly) && file.write(json ? toJson(events) : toCsv(events)) >= 0 && file.commit())
        return true;
    if (error != nullptr)
        *error = tr("The events could not be saved to %1: %2").arg(name, file.errorString());
    return false;
}

void EventLog::askExport()
{
    auto* dialog = new QFileDialog(this, tr("Export events"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilters({tr("CSV (*.csv)"), tr("JSON (*.json)")});
    dialog->setDefaultSuffix(QStringLiteral("csv"));
    connect(dialog, &QFileDialog::filterSelected, dialog, [dialog](const QString& filter) {
        dialog->setDefaultSuffix(filter.contains(QLatin1String("json")) ? QStringLiteral("json")
                                                                        : QStringLiteral("csv"));
    });
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& name) {
        QString error;
        if (exportTo(name, &error))
            Q_EMIT exported(tr("Saved %n event(s) to %1", nullptr, m_filter->rowCount()).arg(name));
        else
            Q_EMIT exportFailed(error);
    });
    dialog->open();
}

void EventLog::copySelection()
{
    QStringList lines;
    for (const QModelIndex& row : m_table->selectionModel()->selectedRows()) {
        const Event& event = m_model->eventAt(m_filter->mapToSource(row).row());
        lines << QStringList{Words::time(event.at), Words::of(event.severity), m_model->poolName(text(event.pool)),
                             text(event.text)}
                     .join(QLatin1Char('\t'));
    }
    QGuiApplication::clipboard()->setText(lines.join(QLatin1Char('\n')));
}

void EventLog::showDetails(const QModelIndex& index)
{
    if (!index.isValid())
        return;
    const Event& event = m_model->eventAt(m_filter->mapToSource(index).row());
    auto* details = new EventDetails(event, m_model->poolName(text(event.pool)), this);
    details->setAttribute(Qt::WA_DeleteOnClose);
    details->show();
}

} // namespace lifeguard
