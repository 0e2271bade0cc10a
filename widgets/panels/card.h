// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

class QHBoxLayout;
class QVBoxLayout;

namespace lifeguard {

// A panel: a title row, to which more can be added, and a body.
class Card : public QFrame {
    Q_OBJECT

  public:
    explicit Card(const QString& title, QWidget* parent = nullptr);

    QHBoxLayout& titleRow() { return *m_titleRow; } // ends with a stretch; insert before it, or add after it
    QVBoxLayout& body() { return *m_body; }

  private:
    QHBoxLayout* m_titleRow;
    QVBoxLayout* m_body;
};

// A coloured square with a word: a chart's legend.
class LegendEntry : public QWidget {
    Q_OBJECT

  public:
    using Colour = QColor (*)(const struct Theme&);
    LegendEntry(const QString& word, Colour colour, QWidget* parent = nullptr);

    QSize sizeHint() const override;

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    const QString m_word;
    const Colour m_colour;
};

} // namespace lifeguard
