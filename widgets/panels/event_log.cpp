// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/event_log.h"

#include "widgets/dialogs/event_details.h"
#include "widgets/models/event_export.h"
#include "widgets/models/event_model.h"
#include "widgets/panels/event_table.h"
#include "widgets/words.h"

#include <QButtonGroup>
#include <QElapsedTimer>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QSaveFile>
#include <QToolButton>

#include <algorithm>
#include <iterator>

namespace lifeguard {

namespace {

constexpr int kTakeEveryMillis = 40;       // faster than anybody reads, and a view of many rows costs at each change
constexpr qint64 kTakeSliceMillis = 6;     // then input comes first
constexpr std::size_t kTakeAtOnce = 1'000; // events between two looks at the clock

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
    , m_store(new EventStore(this))
    , m_model(new EventModel(*m_store, this))
    , m_table(new EventTable(*m_model, this))
    , m_text(new QLineEdit(this))
    , m_follow(makeChip(tr("Follow"), this))
    , m_poolOnly(makeChip(tr("This pool"), this))
    , m_unseen(makeChip({}, this))
    , m_dropped(new QLabel(this))
{
    setProperty("card", true);
    m_takeTimer.setSingleShot(true);
    connect(&m_takeTimer, &QTimer::timeout, this, &EventLog::takeArrived);
    connect(m_table, &EventTable::detailsRequested, this, &EventLog::showDetails);
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
    m_dropped->setProperty("muted", true);
    layout->addWidget(m_dropped);
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
    m_unseen->setCheckable(false);
    m_unseen->hide();
    m_unseen->setToolTip(tr("To the newest event, and follow"));
    layout->addWidget(m_unseen);
    layout->addWidget(m_text, 2);
    layout->addWidget(m_poolOnly);
    layout->addWidget(m_follow);
    layout->addWidget(save);
    connect(m_text, &QLineEdit::textChanged, this, &EventLog::refilter);
    connect(save, &QToolButton::clicked, this, &EventLog::askExport);
    connect(m_poolOnly, &QToolButton::toggled, this, &EventLog::refilter);
    connect(m_follow, &QToolButton::toggled, m_table, &EventTable::setFollows);
    connect(m_table, &EventTable::followsChanged, m_follow, &QToolButton::setChecked);
    connect(m_table, &EventTable::unseenChanged, this, &EventLog::showUnseen);
    connect(m_unseen, &QToolButton::clicked, this, [this] { m_table->setFollows(true); });
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
        const QString words = group < 0 ? tr("All %1").arg(Words::count(m_store->size()))
                                        : tr("%1 %2", "group of events, how many")
                                              .arg(Words::of(static_cast<EventGroup>(group)),
                                                   Words::count(m_store->countOf(static_cast<EventGroup>(group))));
        if (chip->text() != words)
            chip->setText(words);
    }
    const QString count = Words::count(static_cast<qint64>(m_store->dropped()));
    m_dropped->setVisible(m_store->dropped() > 0);
    m_dropped->setText(tr("%1 older dropped", "how many events").arg(count));
    m_dropped->setToolTip(tr("The log keeps the newest %1 events").arg(Words::count(EventStore::kDefaultCapacity)));
}

void EventLog::showUnseen(int unseen)
{
    m_unseen->setVisible(unseen > 0);
    m_unseen->setText(tr("%n new", nullptr, unseen));
}

void EventLog::setPoolName(const QString& key, const QString& name)
{
    m_store->setPoolName(key, name);
}

void EventLog::setPoolFilter(const QString& key)
{
    m_poolKey = key;
    refilter();
}

void EventLog::refilter()
{
    EventFilter filter;
    filter.group = m_group;
    filter.text = m_text->text().trimmed();
    filter.pool = m_poolOnly->isChecked() ? m_poolKey.toStdString() : std::string();
    m_model->setFilter(filter);
}

void EventLog::focusFilter()
{
    m_text->setFocus(Qt::ShortcutFocusReason);
    m_text->selectAll();
}

std::vector<Event> EventLog::shown() const
{
    std::vector<Event> events;
    for (std::uint64_t place = m_store->first(); place < m_store->end(); ++place)
        if (m_model->filter().matches(m_store->at(place), *m_store))
            events.push_back(m_store->at(place));
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
            Q_EMIT exported(tr("Saved %n event(s) to %1", nullptr, m_model->rowCount()).arg(name));
        else
            Q_EMIT exportFailed(error);
    });
    dialog->open();
}

void EventLog::showDetails()
{
    if (!m_table->currentIndex().isValid())
        return;
    const Event& event = m_model->eventAt(m_table->currentIndex().row());
    auto* details = new EventDetails(event, m_store->poolName(text(event.pool)), this);
    details->setAttribute(Qt::WA_DeleteOnClose);
    details->show();
}

} // namespace lifeguard
