// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/pool/pool_options.h"

#include <QCoreApplication>
#include <QString>

#include <functional>
#include <vector>

namespace lifeguard {

enum class OptionGroup { Size, Callers, Connections, Sleep, Session, Faults };

enum class OptionUnit { Count, Millis, Percent };

// A number among the options of a pool, with the words of the screen.
struct OptionField {
    const char* name; // as validate() calls it: "backoff.base"
    OptionGroup group;
    OptionUnit unit;
    QString label;
    QString what; // one sentence: what it does
    QString why;  // the reason of its default
    QString zero; // what 0 means, if it isn't a number like any other: "never"
    std::function<int(const PoolOptions&)> get;
    std::function<void(PoolOptions&, int)> set;
};

// The words around the options, translated. Those that are no numbers (resetOnRelease, needsWritable, sessionSetUp) are
// rows of their own in OptionsPage.
class OptionWords {
    Q_DECLARE_TR_FUNCTIONS(OptionWords)

  public:
    static std::vector<OptionField> fields(); // every number, group by group
    static QString of(OptionGroup group);
    static QString of(ResetOnRelease reset);
    static QString shown(const OptionField& field, int value); // "30 s", "10 %", "never"
    static QString toolTip(const OptionField& field);          // what, default, why
    static QString toolTip(const QString& what, const QString& byDefault, const QString& why);
};

} // namespace lifeguard
