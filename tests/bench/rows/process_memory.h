// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace lifeguard::bench {

// This process's memory, pages shared with others counted by its part of them (Pss), in KiB. Throws where Linux doesn't
// tell.
double processKib();

} // namespace lifeguard::bench
