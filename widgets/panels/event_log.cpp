// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/event_log.h"

#include "widgets/models/event_exporter.h"
#include "widgets/models/event_model.h"
#include "widgets/panels/event_filter_bar.h"
#include "widgets/panels/event_pane.h"
#include "widgets/panels/event_table.h"
#include "widgets/words.h"

#include <QButtonGroup>
#include <QDataStream>
#include <QElapsedTimer>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QSplitter>
#include <QToolButton>

#include <algorithm>
#include <iterator>

namespace lifeguard {

namespace {

constexpr int kTakeEveryMillis = 40;       // faster than anybody reads, and a view of many rows costs at each change
constexpr qint64 kTakeSliceMillis = 6;     // then input comes first
constexpr std::size_t kTakeAtOnce = 1'000; // events between two looks at the clock
constexpr quint8 kStateVersion = 1;

QToolButton* makeChip(const QString& text, QWidget* parent, bool checkable = true)
{
    auto* chip = new QToolButton(parent);
    chip->setText(text);
    chip->setCheckable(checkable);
    chip->setProperty("chip", true);
    return chip;
}

} // namespace

EventLog::EventLog(QWidget* parent)
    : QFrame(parent)
    , m_store(new EventStore(this))
    , m_model(new EventModel(*m_store, this))
    , m_exporter(new EventExporter(*m_store, this))
    , m_table(new EventTable(*m_model, this))
    , m_pane(new EventPane(this))
    , m_bar(new EventFilterBar(this))
    , m_body(new QSplitter(Qt::Horizontal, this))
    , m_groups(new QWidget(this))
    , m_tools(new QWidget(this))
    , m_text(new QLineEdit(this))
    , m_follow(makeChip(tr("Follow"), this))
    , m_poolOnly(makeChip(tr("This pool"), this))
    , m_filters(makeChip(tr("Filters"), this))
    , m_details(makeChip(tr("Details"), this))
    , m_unseen(makeChip({}, this, false))
    , m_export(makeChip(tr("Export…"), this, false))
    , m_cancel(makeChip(tr("Cancel"), this, false))
    , m_progress(new QProgressBar(this))
    , m_dropped(new QLabel(this))
{
    setProperty("card", true);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(1, 7, 1, 1);
    layout->setSpacing(5);
    layout->addWidget(makeTitleRow());
    layout->addWidget(m_bar);
    layout->addWidget(m_body, 1);
    setUpBody();
    wire();
    wireExporter();
    showCounts();
}

EventLog::~EventLog()
{
    delete m_exporter; // it reads the store
}

QWidget* EventLog::makeTitleRow()
{
    auto* row = new QWidget(this);
    m_titleRow = new QBoxLayout(QBoxLayout::LeftToRight, row);
    m_titleRow->setContentsMargins(11, 0, 11, 0);
    m_titleRow->setSpacing(7);
    m_titleRow->addWidget(m_groups);
    m_titleRow->addWidget(m_tools, 1);
    auto* groups = new QHBoxLayout(m_groups);
    groups->setContentsMargins(0, 0, 0, 0);
    groups->setSpacing(7);
    auto* title = new QLabel(tr("Events"), m_groups);
    QFont bold = title->font();
    bold.setBold(true);
    title->setFont(bold);
    groups->addWidget(title);
    makeChips(*groups);
    m_dropped->setProperty("muted", true);
    groups->addWidget(m_dropped);
    groups->addStretch(1);
    auto* tools = new QHBoxLayout(m_tools);
    tools->setContentsMargins(0, 0, 0, 0);
    tools->setSpacing(7);
    fillTools(*tools);
    return row;
}

// In a narrow window the tools stand below the chips.
void EventLog::fitTitleRow()
{
    const QMargins margins = m_titleRow->contentsMargins();
    const int groups = m_groups->minimumSizeHint().width() + margins.left() + margins.right();
    const int tools = m_tools->minimumSizeHint().width() + margins.left() + margins.right();
    const bool narrow = width() < groups + tools;
    m_titleRow->setDirection(narrow ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
    m_titleRow->parentWidget()->setMinimumWidth(std::max(groups, tools));
}

void EventLog::resizeEvent(QResizeEvent* event)
{
    QFrame::resizeEvent(event);
    fitTitleRow();
}

void EventLog::fillTools(QHBoxLayout& row)
{
    row.addStretch(1);
    m_unseen->hide();
    m_unseen->setToolTip(tr("To the newest event, and follow"));
    m_text->setObjectName(QStringLiteral("eventText"));
    m_text->setPlaceholderText(tr("Filter"));
    m_text->setClearButtonEnabled(true);
    m_text->setAccessibleName(tr("Filter the events by text"));
    m_text->setMinimumWidth(90);
    m_text->setMaximumWidth(200);
    m_poolOnly->setToolTip(tr("Only the events of the pool that is chosen"));
    m_filters->setToolTip(tr("Filter by pool, severity, kind and time; group repeats"));
    m_details->setToolTip(tr("Every field of the event that is chosen, beside the list"));
    m_follow->setChecked(true);
    m_follow->setToolTip(tr("Keep the newest event in view"));
    row.addWidget(m_unseen);
    row.addWidget(m_text, 2);
    for (QToolButton* chip : {m_poolOnly, m_filters, m_details, m_follow})
        row.addWidget(chip);
    addExport(row);
}

void EventLog::makeChips(QHBoxLayout& row)
{
    auto* chips = new QButtonGroup(this);
    const auto add = [&](std::optional<EventGroup> group) {
        QToolButton* chip = makeChip({}, this);
        chip->setProperty("group", group ? static_cast<int>(*group) : -1);
        chips->addButton(chip);
        row.addWidget(chip);
        m_chips.push_back(chip);
        connect(chip, &QToolButton::clicked, this, [this, group] {
            m_group = group;
            refilter();
        });
    };
    add(std::nullopt);
    for (const EventGroup group : {EventGroup::Retries, EventGroup::Failures, EventGroup::Resets, EventGroup::Health})
        add(group);
    m_chips.front()->setChecked(true);
}

void EventLog::setUpBody()
{
    m_body->addWidget(m_table);
    m_body->addWidget(m_pane);
    m_body->setStretchFactor(0, 1);
    m_body->setStretchFactor(1, 0);
    m_body->setSizes({760, 360});
    m_body->setCollapsible(0, false);
    m_body->setCollapsible(1, false);
    m_pane->setMinimumWidth(220);
    m_pane->hide();
    m_bar->hide();
}

void EventLog::wire()
{
    m_takeTimer.setSingleShot(true);
    connect(&m_takeTimer, &QTimer::timeout, this, &EventLog::takeArrived);
    connect(m_text, &QLineEdit::textChanged, this, &EventLog::refilter);
    connect(m_poolOnly, &QToolButton::toggled, this, &EventLog::refilter);
    connect(m_bar, &EventFilterBar::changed, this, &EventLog::refilter);
    connect(m_bar, &EventFilterBar::foldingChanged, this, &EventLog::setFolding);
    connect(m_filters, &QToolButton::toggled, m_bar, &QWidget::setVisible);
    connect(m_details, &QToolButton::toggled, m_pane, &QWidget::setVisible);
    connect(m_details, &QToolButton::toggled, this, &EventLog::showDetails);
    connect(m_pane, &EventPane::closed, this, [this] { m_details->setChecked(false); });
    connect(m_pane, &EventPane::showInChartRequested, this, &EventLog::jumpTo);
    connect(m_table, &EventTable::showInChartRequested, this, &EventLog::jumpTo);
    connect(m_table, &EventTable::detailsRequested, this, [this] { m_details->setChecked(true); });
    connect(m_table, &EventTable::currentEventChanged, this, &EventLog::showDetails);
    connect(m_follow, &QToolButton::toggled, m_table, &EventTable::setFollows);
    connect(m_table, &EventTable::followsChanged, m_follow, &QToolButton::setChecked);
    connect(m_table, &EventTable::unseenChanged, this, &EventLog::showUnseen);
    connect(m_unseen, &QToolButton::clicked, this, [this] { m_table->setFollows(true); });
}

void EventLog::append(const std::vector<Event>& events)
{
    m_arrived.insert(m_arrived.end(), events.begin(), events.end());
    if (m_arrived.size() > EventStore::kDefaultCapacity)
        m_arrived.erase(m_arrived.begin(), m_arrived.end() - static_cast<std::ptrdiff_t>(EventStore::kDefaultCapacity));
    if (!m_takeTimer.isActive())
        takeArrived();
}

void EventLog::setPaused(bool paused)
{
    m_paused = paused;
    if (!m_takeTimer.isActive())
        takeArrived();
}

void EventLog::takeArrived()
{
    if (m_paused || m_arrived.empty())
        return;
    m_table->change([this] {
        QElapsedTimer slice;
        slice.start();
        while (!m_arrived.empty() && slice.elapsed() < kTakeSliceMillis) {
            const auto end = m_arrived.begin() + static_cast<std::ptrdiff_t>(std::min(m_arrived.size(), kTakeAtOnce));
            m_store->append({std::make_move_iterator(m_arrived.begin()), std::make_move_iterator(end)});
            m_arrived.erase(m_arrived.begin(), end);
        }
    });
    showCounts();
    m_takeTimer.start(m_arrived.empty() ? kTakeEveryMillis : 0);
}

void EventLog::showCounts()
{
    for (QToolButton* chip : m_chips) {
        const int group = chip->property("group").toInt();
        const QString words =
            group < 0 ? tr("All %1").arg(Words::count(static_cast<qint64>(m_store->size())))
                      : tr("%1 %2", "group of events, how many")
                            .arg(Words::of(static_cast<EventGroup>(group)),
                                 Words::count(static_cast<qint64>(m_store->countOf(static_cast<EventGroup>(group)))));
        if (chip->text() != words)
            chip->setText(words);
    }
    m_dropped->setVisible(m_store->dropped() > 0);
    m_dropped->setText(
        tr("%1 older dropped", "how many events").arg(Words::count(static_cast<qint64>(m_store->dropped()))));
    m_dropped->setToolTip(
        tr("The log keeps the newest %1 events").arg(Words::count(static_cast<qint64>(EventStore::kDefaultCapacity))));
    fitTitleRow();
}

void EventLog::showUnseen(int unseen)
{
    m_unseen->setVisible(unseen > 0);
    m_unseen->setText(tr("%1 new ↑", "how many events").arg(Words::count(unseen)));
}

void EventLog::setPoolName(const QString& key, const QString& name)
{
    m_store->setPoolName(key, name);
    m_bar->setPoolName(key, name);
}

void EventLog::setPoolFilter(const QString& key)
{
    m_poolKey = key;
    refilter();
}

void EventLog::refilter()
{
    EventFilter filter;
    m_bar->apply(filter);
    filter.group = m_group;
    filter.text = m_text->text().trimmed();
    if (m_poolOnly->isChecked())
        filter.pool = m_poolKey.toStdString();
    m_bar->lockPool(m_poolOnly->isChecked(), tr("\"This pool\" says which pool is shown"));
    m_filters->setText(m_bar->active() == 0 ? tr("Filters")
                                            : tr("Filters %1", "how many are set").arg(m_bar->active()));
    m_model->setFilter(filter);
}

void EventLog::setFolding(bool folding)
{
    m_table->setColumnHidden(EventModel::CountColumn, !folding);
    m_model->setFolding(folding);
}

void EventLog::focusFilter()
{
    m_text->setFocus(Qt::ShortcutFocusReason);
    m_text->selectAll();
}

void EventLog::showDetails()
{
    const QModelIndex current = m_table->currentIndex();
    if (!m_details->isChecked() || !current.isValid())
        return;
    const Event& event = m_model->eventAt(current.row());
    m_pane->setEvent(event, m_store->poolName(text(event.pool)), m_model->firstEventAt(current.row()),
                     m_model->repeatsAt(current.row()));
}

void EventLog::jumpTo(const Event& event)
{
    if (!event.pool.empty())
        Q_EMIT jumpRequested(text(event.pool), event.at);
}

QByteArray EventLog::saveState() const
{
    QByteArray state;
    QDataStream stream(&state, QIODevice::WriteOnly);
    stream << kStateVersion << m_body->saveState() << m_details->isChecked() << m_filters->isChecked()
           << m_bar->folding();
    return state;
}

void EventLog::restoreState(const QByteArray& state)
{
    QDataStream stream(state);
    quint8 version = 0;
    QByteArray body;
    bool details = false;
    bool filters = false;
    bool folding = false;
    stream >> version >> body >> details >> filters >> folding;
    if (stream.status() != QDataStream::Ok || version != kStateVersion)
        return;
    m_body->restoreState(body);
    m_details->setChecked(details);
    m_filters->setChecked(filters);
    m_bar->setFolding(folding);
}

} // namespace lifeguard
