// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/incident_model.h"

#include "widgets/words.h"

#include <algorithm>

namespace lifeguard {

void IncidentModel::setIncidents(const std::vector<Incident>& incidents)
{
    removeMissing(incidents);
    for (int row = 0; row < static_cast<int>(incidents.size()); ++row) {
        const Incident& wanted = incidents[static_cast<std::size_t>(row)];
        const int present = rowOf(wanted.id);
        if (present < 0) {
            beginInsertRows({}, row, row);
            m_rows.insert(m_rows.begin() + row, wanted);
            endInsertRows();
            continue;
        }
        if (present != row) { // always further down: the rows above are in place
            beginMoveRows({}, present, present, {}, row);
            std::rotate(m_rows.begin() + row, m_rows.begin() + present, m_rows.begin() + present + 1);
            endMoveRows();
        }
        Incident& shown = m_rows[static_cast<std::size_t>(row)];
        if (shown == wanted)
            continue;
        shown = wanted;
        Q_EMIT dataChanged(index(row, 0), index(row, Columns - 1));
    }
}

void IncidentModel::removeMissing(const std::vector<Incident>& incidents)
{
    for (int row = static_cast<int>(m_rows.size()) - 1; row >= 0; --row) {
        const quint64 id = m_rows[static_cast<std::size_t>(row)].id;
        if (std::any_of(incidents.begin(), incidents.end(), [id](const Incident& each) { return each.id == id; }))
            continue;
        beginRemoveRows({}, row, row);
        m_rows.erase(m_rows.begin() + row);
        endRemoveRows();
    }
}

int IncidentModel::rowOf(quint64 incident) const
{
    const auto found =
        std::find_if(m_rows.begin(), m_rows.end(), [incident](const Incident& each) { return each.id == incident; });
    return found == m_rows.end() ? -1 : static_cast<int>(found - m_rows.begin());
}

int IncidentModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int IncidentModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : Columns;
}

QVariant IncidentModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Incident& row = incident(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return index.column() == SeverityColumn ? QString() : words(row, index.column());
    case Qt::AccessibleTextRole:
        return words(row, index.column());
    case Qt::ToolTipRole:
        return text(row.text);
    case SeverityRole:
        return static_cast<int>(row.severity);
    default:
        return {};
    }
}

QString IncidentModel::words(const Incident& incident, int column) const
{
    switch (column) {
    case SeverityColumn:
        return Words::of(incident.severity);
    case SubjectColumn:
        return Words::of(incident.kind);
    case TextColumn:
        return text(incident.text);
    case SinceColumn:
        return tr("%1, for %2", "time, duration")
            .arg(Words::timeOfDay(incident.sinceWall),
                 Words::duration(std::chrono::floor<std::chrono::seconds>(incident.lasted())));
    case WorstColumn:
        return text(valueText(incident.kind, incident.worst));
    case StateColumn:
        return incident.acknowledged ? tr("acknowledged by %1").arg(text(incident.acknowledgedBy))
               : incident.muted      ? tr("muted")
                                     : tr("new");
    default:
        return {};
    }
}

QVariant IncidentModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case SubjectColumn:
        return tr("Alert");
    case TextColumn:
        return tr("What is wrong");
    case SinceColumn:
        return tr("Since");
    case WorstColumn:
        return tr("Worst");
    case StateColumn:
        return tr("State");
    default:
        return {};
    }
}

} // namespace lifeguard
