// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace lifeguard {

// Names the calling thread for debuggers and `ps -L`; the kernel keeps the first 15 characters.
void nameThisThread(const std::string& name);

} // namespace lifeguard
