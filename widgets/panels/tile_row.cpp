// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/tile_row.h"

#include "widgets/words.h"

#include <QDateTime>
#include <QHBoxLayout>

#include <algorithm>

namespace lifeguard {

namespace {

using Tone = Tile::Tone;

Tone toneUnlessZero(qint64 number, Tone tone)
{
    return number > 0 ? tone : Tone::Plain;
}

QString clock(WallTime time)
{
    const auto millis = std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()).count();
    return QDateTime::fromMSecsSinceEpoch(millis).toString(QStringLiteral("HH:mm"));
}

QString oldest(const std::vector<LeakSuspect>& suspects)
{
    const LeakSuspect& first = *std::max_element(suspects.begin(), suspects.end(),
                                                 [](const auto& one, const auto& two) { return one.held < two.held; });
    if (first.statement.empty())
        return text(first.holder);
    return TileRow::tr("%1 · %2", "leak suspect: holder, last statement")
        .arg(text(first.holder), text(first.statement));
}

} // namespace

TileRow::TileRow(QWidget* parent) : QWidget(parent)
{
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    for (Tile*& tile : m_tiles) {
        tile = new Tile(this);
        layout->addWidget(tile, 1);
    }
}

void TileRow::setView(const PoolView& view)
{
    if (view.managed)
        showManaged(view, *view.managed);
    else if (view.observed)
        showObserved(*view.observed);
}

void TileRow::showManaged(const PoolView& view, const PoolSnapshot& pool)
{
    const QString peak = pool.peakActive > 0 ? tr("peak %1 at %2").arg(pool.peakActive).arg(clock(pool.peakActiveAt))
                                             : tr("none leased yet");
    m_tiles[0]->set(tr("Active"), QString::number(pool.active), peak, Tone::Accent);
    m_tiles[1]->set(tr("Idle"), QString::number(pool.idle),
                    pool.opening > 0 ? tr("min %1 · %2 opening").arg(pool.minSize).arg(pool.opening)
                                     : tr("min %1").arg(pool.minSize));
    const QString wait = pool.waiting > 0 ? tr("oldest %1").arg(Words::duration(pool.oldestWait))
                                          : tr("longest wait %1").arg(Words::duration(pool.longestWait));
    m_tiles[2]->set(tr("Waiting"), QString::number(pool.waiting), wait, toneUnlessZero(pool.waiting, Tone::Warning));
    if (view.acquire.samples == 0)
        m_tiles[3]->set(tr("Acquire p99"), tr("–"), tr("no acquire in 5 s"), Tone::Muted);
    else
        m_tiles[3]->set(tr("Acquire p99"), Words::millis(view.acquire.p99),
                        tr("p50 %1 · p95 %2").arg(Words::millis(view.acquire.p50), Words::millis(view.acquire.p95)));
    m_tiles[4]->set(tr("Retries"), Words::count(view.retriesLast5Min), tr("last 5 min"),
                    toneUnlessZero(view.retriesLast5Min, Tone::Warning));
    m_tiles[5]->set(tr("Failures"), Words::count(view.failuresLast5Min), tr("last 5 min"),
                    toneUnlessZero(view.failuresLast5Min, Tone::Bad));
    const auto leaks = static_cast<qint64>(pool.leakSuspects.size());
    m_tiles[6]->set(tr("Leak suspects"), QString::number(leaks),
                    leaks == 0 ? tr("held over 30 s") : oldest(pool.leakSuspects),
                    toneUnlessZero(leaks, Tone::Warning));
}

void TileRow::showObserved(const ObservedPool& pool)
{
    const bool hidden = pool.unreadable > 0;
    const QString whyHidden = tr("hidden from this role");
    const auto number = [hidden](int value) { return hidden ? Words::tr("–") : QString::number(value); };
    m_tiles[0]->set(tr("Active"), number(pool.active), hidden ? whyHidden : tr("running a statement"),
                    hidden ? Tone::Muted : Tone::Accent);
    m_tiles[1]->set(tr("Idle"), number(pool.idle), hidden ? whyHidden : tr("ready"),
                    hidden ? Tone::Muted : Tone::Plain);
    m_tiles[2]->set(tr("Idle in transaction"), number(pool.idleInTransaction),
                    pool.idleInTransaction > 0 ? tr("oldest %1").arg(Words::duration(pool.oldestIdleInTransaction))
                                               : tr("none"),
                    toneUnlessZero(pool.idleInTransaction, Tone::Warning));
    m_tiles[3]->set(tr("Waiting on locks"), number(pool.waitingOnLock), tr("of the active"),
                    toneUnlessZero(pool.waitingOnLock, Tone::Warning));
    m_tiles[4]->set(tr("Oldest transaction"),
                    pool.oldestTransaction.count() > 0 ? Words::duration(pool.oldestTransaction) : tr("–"),
                    pool.oldestTransaction.count() > 0 ? tr("still open") : tr("none open"));
    m_tiles[5]->set(tr("Connections"), QString::number(pool.total()), tr("on the server"));
    m_tiles[6]->set(tr("Client"), text(pool.clientHost), tr("as %1").arg(text(pool.user)));
}

} // namespace lifeguard
