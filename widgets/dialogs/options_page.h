// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/pool/pool_options.h"
#include "widgets/dialogs/option_fields.h"

#include <QWidget>

#include <map>
#include <string>
#include <vector>

class QCheckBox;
class QComboBox;
class QFormLayout;
class QLabel;
class QPlainTextEdit;
class QSpinBox;

namespace lifeguard {

// Every option of a pool, grouped, each with its unit and the reason of its default; what validate() says against one
// stands below it. GUI thread.
class OptionsPage : public QWidget {
    Q_OBJECT

  public:
    explicit OptionsPage(QWidget* parent = nullptr);

    void set(Preset preset, const PoolOptions& options);
    Preset preset() const;
    PoolOptions options() const;
    int problemCount() const { return m_problemCount; }

  Q_SIGNALS:
    void changed();

  private:
    struct NumberRow {
        OptionField field;
        QSpinBox* box;
    };

    void addPreset(QFormLayout& form);
    void addGroup(QLayout& column, OptionGroup group);
    void addNumber(QFormLayout& form, const OptionField& field);
    void addSessionRows(QFormLayout& form);
    void addRow(QFormLayout& form, const std::string& name, const QString& label, QWidget* field);
    void takePreset();
    void fill(const PoolOptions& options);
    void showProblems();
    void tell();

    QComboBox* m_preset;
    QLabel* m_explanation;
    QComboBox* m_reset;
    QCheckBox* m_needsWritable;
    QPlainTextEdit* m_setUp;
    std::vector<NumberRow> m_numbers;
    std::map<std::string, QLabel*> m_problems; // by the option's name
    PoolOptions m_options;                     // as they were set; a field that nobody touched stays as it was
    int m_problemCount = 0;
    bool m_showing = false; // the fields are being filled
};

} // namespace lifeguard
