// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/alerts/incident.h"

#include <QAbstractTableModel>

#include <vector>

namespace lifeguard {

// The incidents that run now, as the alert monitor sorts them. Rows are merged by the incident's id, so that selection
// and scroll stay. GUI thread.
class IncidentModel : public QAbstractTableModel {
    Q_OBJECT

  public:
    enum Column { SeverityColumn, SubjectColumn, TextColumn, SinceColumn, WorstColumn, StateColumn, Columns };
    static constexpr int SeverityRole = Qt::UserRole; // int of Severity

    using QAbstractTableModel::QAbstractTableModel;

    void setIncidents(const std::vector<Incident>& incidents);
    const Incident& incident(int row) const { return m_rows[static_cast<std::size_t>(row)]; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  private:
    void removeMissing(const std::vector<Incident>& incidents);
    int rowOf(quint64 incident) const;
    QString words(const Incident& incident, int column) const;

    std::vector<Incident> m_rows;
};

} // namespace lifeguard
