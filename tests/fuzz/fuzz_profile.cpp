// SPDX-License-Identifier: GPL-3.0-or-later
// Any text as a file of profiles: what is read can be used, written and read again; what is wrong is one sentence.
#include "app/profile_toml.h"
#include "tests/fuzz/fuzz.h"

using namespace lifeguard;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    constexpr int kVersion = 1;
    const std::string text(reinterpret_cast<const char*>(data), size);
    const ProfileFile file = readProfiles(text, kVersion);
    promise(file.problem.find('\n') == std::string::npos, "a problem is one line");
    for (const Profile& profile : file.profiles) {
        promise(!profile.name.empty(), "a profile has a name");
        promise(validate(profile.options).empty(), "a profile that was read can be used");
    }
    const ProfileFile again = readProfiles(writeProfiles(file.profiles, kVersion), kVersion);
    promise(again.problem.empty(), "what was written can be read");
    promise(again.profiles == file.profiles, "profiles come back as they were written");
    return 0;
}
