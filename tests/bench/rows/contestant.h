// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <concepts>
#include <optional>
#include <string>

namespace lifeguard::bench {

using BenchClock = std::chrono::steady_clock;
using Patience = std::optional<std::chrono::milliseconds>; // how long an acquire may wait; the pool's own when unset

constexpr int kConnections = 4;
constexpr int kCallers = 8;

struct Setup {
    std::string conninfo;
    int connections = kConnections;
    int callers = kCallers;     // threads that will use the pool
    bool withoutServer = false; // stub sessions, where a contestant can have them
};

// What the rows need of a contestant. Everything else is the same code for all. `acquire` either throws or gives
// something that says whether it `holds` a connection, and that gives it back when it dies.
template <typename T>
concept Contestant = std::constructible_from<T, const Setup&> && requires(T& contestant, typename T::Held& held,
                                                                          const typename T::Held& seen,
                                                                          Patience patience)
{
    {
        T::kName
        } -> std::convertible_to<const char*>;
    {
        T::kPools
        } -> std::convertible_to<bool>; // false: a connection for each thread
    {contestant.fill()};                // returns when all connections are idle
    {
        contestant.acquire(patience)
        } -> std::same_as<typename T::Held>;
    {
        T::holds(seen)
        } -> std::same_as<bool>;
    {
        T::whyNot(seen)
        } -> std::same_as<std::string>;
    {contestant.select(held)};         // `SELECT 1`; throws
    {contestant.selectPrepared(held)}; // the same as a prepared statement, prepared the first time
    {
        contestant.backend(held)
        } -> std::same_as<int>; // the server's process
};

template <Contestant T> int callersOf()
{
    return T::kPools ? kCallers : kConnections;
}

} // namespace lifeguard::bench
