// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/bench/rows/contestant.h"

#include <atomic>
#include <utility>

namespace lifeguard::bench {

// The floor of acquire and release: a pair of atomic exchanges on one word that all threads share.
class ExchangeWord {
  public:
    class Held {
      public:
        explicit Held(std::atomic<int>& word) : m_word(&word) { m_word->exchange(0); }
        Held(Held&& other) noexcept : m_word(std::exchange(other.m_word, nullptr)) {}
        ~Held()
        {
            if (m_word != nullptr)
                m_word->exchange(1);
        }

      private:
        std::atomic<int>* m_word;
    };

    static constexpr const char* kName = "exchange";
    static constexpr bool kPools = true;

    ExchangeWord() = default;
    explicit ExchangeWord(const Setup&) {}
    void fill() {}
    Held acquire(Patience) { return Held(m_word); }
    static bool holds(const Held&) { return true; }
    static std::string whyNot(const Held&) { return {}; }
    void select(Held&) {}
    void selectPrepared(Held&) {}
    int backend(Held&) { return 0; }

  private:
    alignas(64) std::atomic<int> m_word{1};
};

} // namespace lifeguard::bench
