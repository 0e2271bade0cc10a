// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/event_filter_bar.h"

#include "widgets/words.h"

#include <QComboBox>
#include <QDateTime>
#include <QDateTimeEdit>
#include <QHBoxLayout>
#include <QMenu>
#include <QToolButton>

#include <algorithm>

namespace lifeguard {

namespace {

using std::chrono::minutes;

constexpr int kMoveOnMillis = 5'000; // a window of minutes may be so much too wide
constexpr int kAnyTime = 0;          // data of the times: minutes back from now, or one of these two
constexpr int kBetween = -1;

WallTime wallTime(const QDateTime& time)
{
    return WallTime{std::chrono::milliseconds{time.toMSecsSinceEpoch()}};
}

} // namespace

EventFilterBar::EventFilterBar(QWidget* parent)
    : QWidget(parent)
    , m_pools(new QComboBox(this))
    , m_severities(new QComboBox(this))
    , m_kinds(new QToolButton(this))
    , m_kindMenu(new QMenu(this))
    , m_times(new QComboBox(this))
    , m_from(new QDateTimeEdit(this))
    , m_to(new QDateTimeEdit(this))
    , m_clear(new QToolButton(this))
    , m_fold(new QToolButton(this))
{
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(11, 0, 11, 0);
    layout->setSpacing(7);
    for (QWidget* part : {static_cast<QWidget*>(m_pools), static_cast<QWidget*>(m_severities),
                          static_cast<QWidget*>(m_kinds), static_cast<QWidget*>(m_times), static_cast<QWidget*>(m_from),
                          static_cast<QWidget*>(m_to), static_cast<QWidget*>(m_clear)})
        layout->addWidget(part);
    layout->addStretch(1);
    layout->addWidget(m_fold);
    makePools();
    makeSeverities();
    makeKinds();
    makeTimes();
    m_clear->setText(tr("Clear"));
    m_clear->setProperty("link", true);
    m_clear->hide();
    connect(this, &EventFilterBar::changed, this, [this] { m_clear->setVisible(active() > 0); });
    m_clear->setToolTip(tr("Show the events of every pool, severity, kind and time"));
    connect(m_clear, &QToolButton::clicked, this, &EventFilterBar::clear);
    m_fold->setText(tr("Group repeats"));
    m_fold->setProperty("chip", true);
    m_fold->setCheckable(true);
    m_fold->setToolTip(
        tr("Show events of one pool and kind that follow each other as one row, with how many there were"));
    connect(m_fold, &QToolButton::toggled, this, &EventFilterBar::foldingChanged);
    m_moveOn.setInterval(kMoveOnMillis);
    connect(&m_moveOn, &QTimer::timeout, this, &EventFilterBar::changed);
}

void EventFilterBar::makePools()
{
    m_pools->setAccessibleName(tr("Pool of the events"));
    m_pools->addItem(tr("All pools"), QString());
    m_pools->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_pools->setMaximumWidth(220);
    connect(m_pools, &QComboBox::currentIndexChanged, this, &EventFilterBar::changed);
}

void EventFilterBar::makeSeverities()
{
    m_severities->setAccessibleName(tr("Severity of the events"));
    m_severities->addItem(tr("Every severity"), static_cast<int>(Severity::Info));
    m_severities->addItem(tr("Warnings and critical"), static_cast<int>(Severity::Warning));
    m_severities->addItem(tr("Critical only"), static_cast<int>(Severity::Critical));
    connect(m_severities, &QComboBox::currentIndexChanged, this, &EventFilterBar::changed);
}

void EventFilterBar::makeKinds()
{
    m_kinds->setProperty("button", true);
    m_kinds->setPopupMode(QToolButton::InstantPopup);
    m_kinds->setMenu(m_kindMenu);
    for (int kind = 0; kind <= static_cast<int>(EventKind::CommandFailed); ++kind) {
        QAction* action = m_kindMenu->addAction(Words::of(static_cast<EventKind>(kind)));
        action->setCheckable(true);
        action->setData(kind);
        connect(action, &QAction::toggled, this, [this] {
            showKinds();
            Q_EMIT changed();
        });
    }
    showKinds();
}

void EventFilterBar::makeTimes()
{
    m_times->setAccessibleName(tr("Time of the events"));
    m_times->addItem(tr("Any time"), kAnyTime);
    m_times->addItem(tr("Last 5 min"), 5);
    m_times->addItem(tr("Last 15 min"), 15);
    m_times->addItem(tr("Last hour"), 60);
    m_times->addItem(tr("Last 24 h"), 24 * 60);
    m_times->addItem(tr("Between…"), kBetween);
    m_from->setAccessibleName(tr("Events from this time on"));
    m_to->setAccessibleName(tr("Events up to this time"));
    for (QDateTimeEdit* edge : {m_from, m_to}) {
        edge->setDisplayFormat(QStringLiteral("yyyy-MM-dd HH:mm:ss"));
        edge->setCalendarPopup(true);
        edge->hide();
        connect(edge, &QDateTimeEdit::dateTimeChanged, this, &EventFilterBar::changed);
    }
    connect(m_times, &QComboBox::currentIndexChanged, this, &EventFilterBar::showTimes);
}

void EventFilterBar::showKinds()
{
    const std::set<EventKind> chosen = kinds();
    m_kinds->setText(chosen.empty()       ? tr("Every kind ▾")
                     : chosen.size() == 1 ? tr("%1 ▾", "one kind of events").arg(Words::of(*chosen.begin()))
                                          : tr("%n kind(s) ▾", nullptr, static_cast<int>(chosen.size())));
    m_kinds->setAccessibleName(tr("Kinds of events: %1").arg(m_kinds->text()));
}

void EventFilterBar::showTimes()
{
    const int choice = m_times->currentData().toInt();
    if (choice == kBetween) {
        const QSignalBlocker quietFrom(m_from);
        const QSignalBlocker quietTo(m_to);
        const QDateTime now = QDateTime::currentDateTime();
        m_from->setDateTime(now.addSecs(-15 * 60));
        m_to->setDateTime(now);
    }
    m_from->setVisible(choice == kBetween);
    m_to->setVisible(choice == kBetween);
    if (choice > 0)
        m_moveOn.start();
    else
        m_moveOn.stop();
    Q_EMIT changed();
}

void EventFilterBar::setPoolName(const QString& key, const QString& name)
{
    const int known = m_pools->findData(key);
    if (known >= 0 && m_pools->itemText(known) != name)
        m_pools->setItemText(known, name);
    else if (known < 0)
        m_pools->addItem(name, key);
}

void EventFilterBar::choosePool(const QString& key)
{
    m_pools->setCurrentIndex(std::max(0, m_pools->findData(key)));
}

void EventFilterBar::apply(EventFilter& filter) const
{
    filter.pool = m_pools->currentData().toString().toStdString();
    filter.atLeast = static_cast<Severity>(m_severities->currentData().toInt());
    filter.kinds = kinds();
    const int choice = m_times->currentData().toInt();
    filter.from.reset();
    filter.to.reset();
    if (choice > 0)
        filter.from = std::chrono::system_clock::now() - minutes{choice};
    if (choice == kBetween) {
        filter.from = wallTime(m_from->dateTime());
        filter.to = wallTime(m_to->dateTime());
    }
}

std::set<EventKind> EventFilterBar::kinds() const
{
    std::set<EventKind> chosen;
    for (const QAction* action : m_kindMenu->actions())
        if (action->isChecked())
            chosen.insert(static_cast<EventKind>(action->data().toInt()));
    return chosen;
}

int EventFilterBar::active() const
{
    return static_cast<int>(m_pools->currentIndex() > 0) + static_cast<int>(m_severities->currentIndex() > 0)
           + static_cast<int>(!kinds().empty()) + static_cast<int>(m_times->currentIndex() > 0);
}

bool EventFilterBar::folding() const
{
    return m_fold->isChecked();
}

void EventFilterBar::setFolding(bool folding)
{
    m_fold->setChecked(folding);
}

void EventFilterBar::lockPool(bool locked, const QString& why)
{
    m_pools->setDisabled(locked);
    m_pools->setToolTip(locked ? why : QString());
}

void EventFilterBar::clear()
{
    {
        const QSignalBlocker quiet(this); // one change, not one for each
        m_pools->setCurrentIndex(0);
        m_severities->setCurrentIndex(0);
        m_times->setCurrentIndex(0);
        for (QAction* action : m_kindMenu->actions())
            action->setChecked(false);
    }
    Q_EMIT changed();
}

} // namespace lifeguard
