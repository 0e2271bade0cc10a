// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

class QLabel;
class QToolButton;

namespace lifeguard {

// A line above the page for what a person should know now: an error with its next step, the outcome of an action. It
// blocks nothing, can be copied and put away.
class NoticeBar : public QFrame {
    Q_OBJECT

  public:
    enum class Tone { Plain, Good, Bad };

    explicit NoticeBar(QWidget* parent = nullptr);

    void show(Tone tone, const QString& text);
    QString text() const;
    Tone tone() const { return m_tone; }

  protected:
    void changeEvent(QEvent* event) override;

  private:
    void colour();

    Tone m_tone = Tone::Plain;
    QLabel* m_icon;
    QLabel* m_text;
};

} // namespace lifeguard
