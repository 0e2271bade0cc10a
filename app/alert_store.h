// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/alerts/incident.h"

#include <QByteArray>
#include <QString>

#include <optional>
#include <vector>

class QSettings;

namespace lifeguard {

// The alert rules: a TOML file that people may edit, with what differs from the defaults; no file, all defaults. Its
// first lines explain every key. It is read strictly: a rule that isn't understood isn't used, and problem() says so.
// Mutes are no rules: they are kept beside the window's layout, so that muting never rewrites what somebody has
// written. GUI thread; the file is small.
//
//   version = 1
//   [[rule]]
//   kind = "waiting"
//   pool = "orders"
//   threshold = 2500
class AlertStore {
  public:
    static constexpr int kVersion = 1;

    explicit AlertStore(QString file);
    static QString standardFile(); // in the XDG configuration folder
    QString file() const { return m_file; }

    void load();
    QString problem() const { return m_problem; }                   // a sentence, empty when all is well
    const std::vector<AlertRule>& rules() const { return m_rules; } // all, with the defaults

    // Writes the file atomically. The last one is kept as *.bak, one that wasn't understood or was changed meanwhile
    // under a name of its own.
    bool save(const std::vector<AlertRule>& rules, QString* error);

    static std::vector<AlertMute> mutes(const QSettings& settings);
    static void saveMutes(QSettings& settings, const std::vector<AlertMute>& mutes);

  private:
    bool keepFormer(QString* error);

    const QString m_file;
    std::vector<AlertRule> m_rules = defaultAlertRules();
    QString m_problem;
    std::optional<QByteArray> m_known; // what the file held when it was last read or written, as far as understood
};

} // namespace lifeguard
