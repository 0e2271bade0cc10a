// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/event_table.h"

#include "widgets/models/event_export.h"
#include "widgets/models/event_model.h"
#include "widgets/panels/event_delegate.h"
#include "widgets/words.h"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QScrollBar>

#include <algorithm>

namespace lifeguard {

namespace {

constexpr int kRowHeight = 25;

} // namespace

EventTable::EventTable(EventModel& model, QWidget* parent) : QTableView(parent), m_model(model)
{
    setModel(&m_model);
    setUpLook();
    setUpActions();
    connect(verticalScrollBar(), &QScrollBar::valueChanged, this, &EventTable::noteScroll);
    connect(&m_model, &QAbstractItemModel::modelReset, this, [this] {
        setUnseen(0);
        setFollows(m_follows);
    });
}

void EventTable::setUpLook()
{
    setAccessibleName(tr("Events"));
    setItemDelegateForColumn(EventModel::SeverityColumn, new SeverityDelegate(this));
    setShowGrid(false);
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setWordWrap(false);
    setTabKeyNavigation(false);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setDefaultSectionSize(kRowHeight);
    horizontalHeader()->hide();
    horizontalHeader()->setStretchLastSection(true);
    setColumnWidth(EventModel::TimeColumn, 112);
    setColumnWidth(EventModel::SeverityColumn, 36);
    setColumnWidth(EventModel::PoolColumn, 120);
    setColumnWidth(EventModel::CountColumn, 64);
    setColumnHidden(EventModel::CountColumn, true);
}

void EventTable::setUpActions()
{
    setContextMenuPolicy(Qt::ActionsContextMenu);
    const auto add = [this](const QString& name, const QKeySequence& keys, auto act) {
        auto* action = new QAction(name, this);
        action->setShortcut(keys);
        action->setShortcutContext(Qt::WidgetShortcut);
        addAction(action);
        connect(action, &QAction::triggered, this, act);
    };
    add(tr("Copy"), QKeySequence::Copy, [this] { copyText(); });
    add(tr("Copy as JSON"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C), [this] { copyJson(); });
    add(tr("Details"), {}, [this] { Q_EMIT detailsRequested(); });
    add(tr("Show in chart"), {}, [this] {
        if (currentIndex().isValid())
            Q_EMIT showInChartRequested(m_model.eventAt(currentIndex().row()));
    });
    connect(this, &QTableView::activated, this, &EventTable::detailsRequested);
}

void EventTable::change(const std::function<void()>& doIt)
{
    const int before = m_model.rowCount();
    const int scrolled = verticalScrollBar()->value();
    const QModelIndex topBefore = indexAt(QPoint(0, 0));
    const QPersistentModelIndex top = topBefore;
    m_changing = true;
    doIt();
    executeDelayedItemsLayout();
    updateGeometries();
    // How far the row that was on top has gone down; rows that were removed at the end don't count.
    const int added = top.isValid() ? top.row() - topBefore.row() : std::max(0, m_model.rowCount() - before);
    verticalScrollBar()->setValue(m_follows ? 0 : scrolled + added * kRowHeight);
    m_changing = false;
    if (!m_follows)
        setUnseen(m_unseen + added);
}

void EventTable::setFollows(bool follows)
{
    if (follows) {
        scrollToTop();
        setUnseen(0);
    }
    if (std::exchange(m_follows, follows) != follows)
        Q_EMIT followsChanged(follows);
}

void EventTable::noteScroll(int value)
{
    if (m_changing)
        return;
    if (value > 0)
        setFollows(false);
    else
        setUnseen(0); // the newest is in view
}

void EventTable::setUnseen(int unseen)
{
    if (std::exchange(m_unseen, unseen) != unseen)
        Q_EMIT unseenChanged(unseen);
}

void EventTable::currentChanged(const QModelIndex& current, const QModelIndex& previous)
{
    QTableView::currentChanged(current, previous);
    if (current.row() != previous.row() && current.isValid())
        Q_EMIT currentEventChanged(current.row());
}

std::vector<Event> EventTable::selectedEvents() const
{
    std::vector<int> rows;
    const QItemSelection chosen = selectionModel()->selection();
    for (const QItemSelectionRange& range : chosen)
        for (int row = range.top(); row <= std::min(range.bottom(), range.top() + kCopyLimit); ++row)
            rows.push_back(row);
    std::sort(rows.begin(), rows.end());
    rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
    rows.resize(std::min(rows.size(), static_cast<std::size_t>(kCopyLimit)));
    std::vector<Event> events;
    events.reserve(rows.size());
    for (const int row : rows)
        events.push_back(m_model.eventAt(row));
    return events;
}

void EventTable::copyText() const
{
    QStringList lines;
    for (const Event& event : selectedEvents())
        lines << m_model.plainText(event);
    QGuiApplication::clipboard()->setText(lines.join(QLatin1Char('\n')));
}

void EventTable::copyJson() const
{
    QGuiApplication::clipboard()->setText(QString::fromUtf8(toJson(selectedEvents())));
}

} // namespace lifeguard
