// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

class QLabel;

namespace lifeguard {

// One number: its name, the value in large type, and a second line.
class Tile : public QFrame {
    Q_OBJECT

  public:
    enum class Tone { Plain, Accent, Warning, Bad, Muted };

    explicit Tile(QWidget* parent = nullptr);

    void set(const QString& name, const QString& value, const QString& note, Tone tone = Tone::Plain);

  protected:
    void changeEvent(QEvent* event) override;

  private:
    void colour();

    QLabel* m_name;
    QLabel* m_value;
    QLabel* m_note;
    Tone m_tone = Tone::Plain;
};

} // namespace lifeguard
