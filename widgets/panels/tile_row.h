// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fleet/fleet_snapshot.h"
#include "widgets/panels/tile.h"

#include <QWidget>

#include <array>

namespace lifeguard {

// The seven numbers of a pool; others for a pool of our own than for one that is seen from the server. GUI thread.
class TileRow : public QWidget {
    Q_OBJECT

  public:
    explicit TileRow(QWidget* parent = nullptr);

    void setView(const PoolView& view);

  private:
    void showManaged(const PoolView& view, const PoolSnapshot& pool);
    void showObserved(const ObservedPool& pool);

    std::array<Tile*, 7> m_tiles;
};

} // namespace lifeguard
