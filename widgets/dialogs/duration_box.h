// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSpinBox>

namespace lifeguard {

// A whole number of milliseconds, shown and taken in the largest unit that it is a whole number of: "500 ms", "30 s",
// "3 min", "1 h". A bare number that is typed is in milliseconds. GUI thread.
class DurationBox : public QSpinBox {
    Q_OBJECT

  public:
    explicit DurationBox(QWidget* parent = nullptr);

    void stepBy(int steps) override; // by a tenth or so of what it shows

    static QString words(int millis);

  protected:
    QString textFromValue(int millis) const override;
    int valueFromText(const QString& text) const override;
    QValidator::State validate(QString& text, int& position) const override;
};

} // namespace lifeguard
