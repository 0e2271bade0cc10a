// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/status_line.h"

#include "widgets/words.h"

#include <QLabel>

#include <algorithm>

namespace lifeguard {

namespace {

void setText(QLabel& label, const QString& text)
{
    if (label.text() != text)
        label.setText(text);
}

int countOf(const FleetSnapshot& snapshot, PoolHealth health)
{
    return static_cast<int>(std::count_if(snapshot.pools.begin(), snapshot.pools.end(),
                                          [health](const PoolView& view) { return view.verdict.health == health; }));
}

QString costOf(const ServerView& server)
{
    const QString cost = StatusLine::tr("own connections %1 of %2 · %3 per look")
                             .arg(server.ownConnections)
                             .arg(server.maxConnections)
                             .arg(Words::millis(server.sampleTook));
    return server.restricted ? StatusLine::tr("%1 · others' sessions hidden (no pg_monitor)").arg(cost) : cost;
}

} // namespace

QString fleetSummary(const FleetSnapshot& snapshot)
{
    QStringList parts{StatusLine::tr("%n pool(s)", nullptr, static_cast<int>(snapshot.pools.size()))};
    if (const int failing = countOf(snapshot, PoolHealth::Failing); failing > 0)
        parts << StatusLine::tr("%n failing", nullptr, failing);
    if (const int degraded = countOf(snapshot, PoolHealth::Degraded); degraded > 0)
        parts << StatusLine::tr("%n degraded", nullptr, degraded);
    if (const int stale = countOf(snapshot, PoolHealth::Stale); stale > 0)
        parts << StatusLine::tr("%n stale", nullptr, stale);
    if (const int unknown = countOf(snapshot, PoolHealth::Unknown); unknown > 0)
        parts << StatusLine::tr("%n unknown", nullptr, unknown);
    return parts.join(QStringLiteral(" · "));
}

StatusLine::StatusLine(const QString& actor, QWidget* parent)
    : QStatusBar(parent)
    , m_actor(actor)
    , m_pools(new QLabel(this))
    , m_age(new QLabel(this))
    , m_cost(new QLabel(this))
    , m_acting(new QLabel(this))
{
    setSizeGripEnabled(false);
    addWidget(m_pools);
    addWidget(m_age);
    addPermanentWidget(m_cost);
    addPermanentWidget(m_acting);
    m_acting->setText(tr("Acting as %1").arg(m_actor));
    m_cost->setToolTip(tr("What this console costs the server: its own connections, and the time of one look"));
}

void StatusLine::setSnapshot(const FleetSnapshot& snapshot)
{
    m_sampledAt = snapshot.at;
    m_interval = snapshot.interval;
    m_missed = snapshot.missedSamples;
    setText(*m_pools, fleetSummary(snapshot));
}

void StatusLine::showAge(TimePoint now, bool paused)
{
    if (m_sampledAt == TimePoint{})
        return setText(*m_age, tr("no sample yet"));
    const Duration age = now - m_sampledAt;
    const double seconds = std::chrono::duration<double>(age).count();
    const auto perSecond = 1000.0 / static_cast<double>(m_interval.count());
    QString words = paused ? tr("display paused, collecting goes on")
                    : age > 3 * m_interval + std::chrono::milliseconds{500}
                        ? Words::stale(age)
                        : tr("sampled %1 s ago · %2 per second").arg(seconds, 0, 'f', 1).arg(perSecond, 0, 'f', 0);
    if (m_missed > 0)
        words += tr(" · %n sample(s) missed", nullptr, static_cast<int>(m_missed));
    setText(*m_age, words);
}

void StatusLine::setChosen(const PoolView* view, const FleetSnapshot& snapshot)
{
    if (view == nullptr) {
        setText(*m_cost, {});
        return setText(*m_acting, tr("Acting as %1").arg(m_actor));
    }
    const auto server = std::find_if(snapshot.servers.begin(), snapshot.servers.end(),
                                     [view](const ServerView& each) { return each.name == view->server; });
    if (server == snapshot.servers.end() || !server->connected)
        setText(*m_cost, server == snapshot.servers.end() ? QString() : tr("server not connected"));
    else
        setText(*m_cost, costOf(*server));
    setText(*m_acting, (view->readOnly ? tr("Watching as %1 · %2 · read-only") : tr("Acting as %1 · %2"))
                           .arg(m_actor, Words::of(view->environment)));
}

} // namespace lifeguard
