// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/models/incident_model.h"
#include "widgets/panels/card.h"

class QLabel;
class QPushButton;
class QTableView;

namespace lifeguard {

// The incidents that run now, with what can be done about them: open the pool, acknowledge, mute, copy. GUI thread.
class IncidentPanel : public Card {
    Q_OBJECT

  public:
    explicit IncidentPanel(QWidget* parent = nullptr);

    void setIncidents(const std::vector<Incident>& incidents);
    void setMutes(const std::vector<AlertMute>& mutes);

  Q_SIGNALS:
    void openRequested(const Incident& incident);
    void acknowledgeRequested(quint64 incident);
    void muteRequested(const AlertMute& mute, std::chrono::seconds time); // 0: told again

  private:
    void makeTable();
    QWidget* makeButtons();
    QPushButton* addButton(QWidget& row, const QString& text, void (IncidentPanel::*act)());
    void refresh();
    const Incident* chosen() const;
    void open();
    void acknowledge();
    void mute();
    void muteAll();
    void tellAgain();
    void copy();

    IncidentModel* m_model;
    QTableView* m_table;
    QLabel* m_nothing;
    QLabel* m_mutedWords;
    QPushButton* m_open = nullptr;
    QPushButton* m_acknowledge = nullptr;
    QPushButton* m_mute = nullptr;
    QPushButton* m_copy = nullptr;
    QPushButton* m_muteAll = nullptr;
    QPushButton* m_tellAgain = nullptr;
    std::vector<AlertMute> m_mutes;
};

} // namespace lifeguard
