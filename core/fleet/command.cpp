// SPDX-License-Identifier: Apache-2.0
#include "core/fleet/command.h"

#include "core/fleet/explain.h"

namespace lifeguard {

PoolKey poolOf(const Command& command)
{
    return std::visit(
        [](const auto& each) -> PoolKey {
            if constexpr (requires { each.pool; })
                return each.pool;
            else
                return each.profile.name;
        },
        command);
}

std::string titleOf(const Command& command)
{
    struct Title {
        std::string operator()(const ResetPool& each) const
        {
            return (each.kind == ResetKind::Soft ? "Soft reset of " : "Hard reset of ") + quoted(each.pool);
        }
        std::string operator()(const ResizePool& each) const
        {
            return "Resizing " + quoted(each.pool) + " to " + std::to_string(each.minSize) + " to "
                   + std::to_string(each.maxSize) + " connections";
        }
        std::string operator()(const SuspendPool& each) const { return "Suspending " + quoted(each.pool); }
        std::string operator()(const ResumePool& each) const { return "Resuming " + quoted(each.pool); }
        std::string operator()(const RunTestRegistration& each) const
        {
            return "Test registration through " + quoted(each.pool);
        }
        std::string operator()(const RunHealthChecks& each) const { return "Health checks of " + quoted(each.pool); }
        std::string operator()(const OpenProfile& each) const { return "Opening " + quoted(each.profile.name); }
        std::string operator()(const ClosePool& each) const { return "Closing " + quoted(each.pool); }
        std::string operator()(const TestConnection& each) const
        {
            return "Connection test of " + quoted(each.profile.name);
        }
    };
    return std::visit(Title{}, command);
}

std::string_view actionOf(const Command& command)
{
    struct Action {
        std::string_view operator()(const ResetPool& each) const
        {
            return each.kind == ResetKind::Soft ? "soft_reset" : "hard_reset";
        }
        std::string_view operator()(const ResizePool&) const { return "resize"; }
        std::string_view operator()(const SuspendPool&) const { return "suspend"; }
        std::string_view operator()(const ResumePool&) const { return "resume"; }
        std::string_view operator()(const RunTestRegistration&) const { return "test_registration"; }
        std::string_view operator()(const RunHealthChecks&) const { return {}; }
        std::string_view operator()(const OpenProfile&) const { return "open"; }
        std::string_view operator()(const ClosePool&) const { return "close"; }
        std::string_view operator()(const TestConnection&) const { return {}; }
    };
    return std::visit(Action{}, command);
}

bool actsOnPool(const Command& command)
{
    struct Acts {
        bool operator()(const ResetPool&) const { return true; }
        bool operator()(const ResizePool&) const { return true; }
        bool operator()(const SuspendPool&) const { return true; }
        bool operator()(const ResumePool&) const { return true; }
        bool operator()(const RunTestRegistration&) const { return true; }
        bool operator()(const RunHealthChecks&) const { return false; }
        bool operator()(const OpenProfile&) const { return false; }
        bool operator()(const ClosePool&) const { return false; }
        bool operator()(const TestConnection&) const { return false; }
    };
    return std::visit(Acts{}, command);
}

std::string reasonOf(const Command& command)
{
    return std::visit(
        [](const auto& each) -> std::string {
            if constexpr (requires { each.reason; })
                return each.reason;
            else
                return {};
        },
        command);
}

} // namespace lifeguard
