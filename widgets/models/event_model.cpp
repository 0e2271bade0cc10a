// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/event_model.h"

#include "widgets/theme/theme.h"
#include "widgets/words.h"

#include <QElapsedTimer>

namespace lifeguard {

namespace {

constexpr qint64 kSliceMillis = 5;       // half of a frame, for the view needs time as well
constexpr std::uint64_t kLookEvery = 64; // events between two looks at the clock

} // namespace

EventModel::EventModel(EventStore& store, QObject* parent)
    : QAbstractTableModel(parent), m_store(store), m_scanEnd(store.end())
{
    m_scanTimer.setSingleShot(true);
    connect(&m_scanTimer, &QTimer::timeout, this, &EventModel::scanSlice);
    connect(&store, &EventStore::appended, this, &EventModel::takeNewer);
    connect(&store, &EventStore::aboutToDrop, this,
            [this](quint64 end) { removeWhere([end](std::uint64_t place) { return place < end; }); });
    connect(&store, &EventStore::poolNamed, this, [this] {
        if (!m_filter.text.isEmpty())
            restart();
        else if (!m_rows.empty())
            Q_EMIT dataChanged(index(0, PoolColumn), index(rowCount() - 1, PoolColumn), {Qt::DisplayRole});
    });
    scanSlice();
}

void EventModel::setFilter(const EventFilter& filter)
{
    if (filter == m_filter)
        return;
    EventFilter moved = m_filter; // a window that goes along with time only loses rows at its end
    moved.from = filter.from;
    const bool onlyLater = moved == filter && filter.from && m_filter.from && *filter.from > *m_filter.from;
    if (onlyLater)
        removeWhere([this, &filter](std::uint64_t place) { return m_store.at(place).at < *filter.from; });
    m_filter = filter;
    if (!onlyLater)
        restart();
}

void EventModel::setFolding(bool folding)
{
    if (m_folding == folding)
        return;
    m_folding = folding;
    restart();
}

const Event& EventModel::eventAt(int row) const
{
    return m_store.at(m_rows.at(static_cast<std::size_t>(row)).last);
}

const Event& EventModel::firstEventAt(int row) const
{
    return m_store.at(m_rows.at(static_cast<std::size_t>(row)).first);
}

QString EventModel::plainText(const Event& event) const
{
    return QStringList{Words::time(event.at), Words::of(event.severity), m_store.poolName(lifeguard::text(event.pool)),
                       lifeguard::text(event.text)}
        .join(QLatin1Char('\t'));
}

bool EventModel::folds(std::uint64_t one, std::uint64_t other) const
{
    const Event& left = m_store.at(one);
    const Event& right = m_store.at(other);
    return m_folding && left.kind == right.kind && left.severity == right.severity && left.pool == right.pool;
}

void EventModel::takeNewer(std::uint64_t from)
{
    std::vector<Row> newer; // oldest first
    bool frontGrew = false;
    for (std::uint64_t place = from; place < m_store.end(); ++place) {
        if (!passes(place))
            continue;
        const bool toFront = newer.empty() && !m_rows.empty();
        Row* last = toFront ? &m_rows.front() : newer.empty() ? nullptr : &newer.back();
        if (last != nullptr && folds(last->last, place)) {
            last->last = place;
            ++last->count;
            frontGrew = frontGrew || toFront;
        } else {
            newer.push_back({place, place, 1});
        }
    }
    if (frontGrew)
        Q_EMIT dataChanged(index(0, 0), index(0, kColumns - 1));
    if (newer.empty())
        return;
    beginInsertRows({}, 0, static_cast<int>(newer.size()) - 1);
    for (const Row& row : newer)
        m_rows.push_front(row);
    endInsertRows();
}

void EventModel::restart()
{
    beginResetModel();
    m_rows.clear();
    endResetModel();
    m_scanEnd = m_store.end();
    scanSlice();
}

void EventModel::scanSlice()
{
    QElapsedTimer slice;
    slice.start();
    std::vector<Row> older; // newest first
    while (isScanning() && (m_scanEnd % kLookEvery != 0 || slice.elapsed() < kSliceMillis)) {
        const std::uint64_t place = --m_scanEnd;
        if (!passes(place))
            continue;
        if (!older.empty() && folds(older.back().first, place)) {
            older.back().first = place;
            ++older.back().count;
        } else {
            older.push_back({place, place, 1});
        }
    }
    addOlder(std::move(older));
    if (isScanning())
        m_scanTimer.start(0);
    else
        Q_EMIT scanned();
}

void EventModel::addOlder(std::vector<Row> older)
{
    auto begin = older.begin();
    if (begin != older.end() && !m_rows.empty() && folds(m_rows.back().first, begin->last)) {
        m_rows.back().first = begin->first;
        m_rows.back().count += begin->count;
        ++begin;
        Q_EMIT dataChanged(index(rowCount() - 1, 0), index(rowCount() - 1, kColumns - 1));
    }
    if (begin == older.end())
        return;
    beginInsertRows({}, rowCount(), rowCount() + static_cast<int>(older.end() - begin) - 1);
    m_rows.insert(m_rows.end(), begin, older.end());
    endInsertRows();
}

// The oldest events go first, so only the last rows can lose any, and the last that stays may lose a part.
void EventModel::removeWhere(const std::function<bool(std::uint64_t)>& gone)
{
    std::size_t kept = m_rows.size();
    bool cut = false;
    for (; kept > 0; --kept) {
        Row row = m_rows[kept - 1];
        while (row.count > 0 && gone(row.first))
            if (--row.count > 0)
                row.first = nextPassing(row.first + 1, row.last);
        cut = row.count > 0 && row.count < m_rows[kept - 1].count;
        if (row.count > 0) {
            m_rows[kept - 1] = row;
            break;
        }
    }
    if (kept < m_rows.size()) {
        beginRemoveRows({}, static_cast<int>(kept), rowCount() - 1);
        m_rows.resize(kept);
        endRemoveRows();
    }
    if (cut)
        Q_EMIT dataChanged(index(rowCount() - 1, 0), index(rowCount() - 1, kColumns - 1));
}

std::uint64_t EventModel::nextPassing(std::uint64_t place, std::uint64_t last) const
{
    while (place < last && !passes(place))
        ++place;
    return place;
}

int EventModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int EventModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : kColumns;
}

QVariant EventModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Row& row = m_rows[static_cast<std::size_t>(index.row())];
    switch (role) {
    case SeverityRole:
        return static_cast<int>(m_store.at(row.last).severity);
    case Qt::ToolTipRole:
        return index.column() == TextColumn || row.count > 1 ? toolTip(row) : QVariant();
    case Qt::AccessibleTextRole:
        return index.column() == SeverityColumn ? Words::of(m_store.at(row.last).severity) : text(row, index.column());
    case Qt::FontRole:
        return index.column() == TimeColumn ? QVariant(monospacedFont()) : QVariant();
    case Qt::DisplayRole:
        return text(row, index.column());
    default:
        return {};
    }
}

QVariant EventModel::text(const Row& row, int column) const
{
    const Event& event = m_store.at(row.last);
    switch (column) {
    case TimeColumn:
        return Words::time(event.at);
    case PoolColumn:
        return m_store.poolName(lifeguard::text(event.pool));
    case CountColumn:
        return row.count > 1 ? tr("×%1", "times that an event happened").arg(Words::count(row.count)) : QString();
    case TextColumn:
        return lifeguard::text(event.text);
    default:
        return {};
    }
}

QString EventModel::toolTip(const Row& row) const
{
    const Event& event = m_store.at(row.last);
    if (row.count == 1)
        return lifeguard::text(event.text);
    return tr("%1\n%2 times from %3 to %4")
        .arg(lifeguard::text(event.text), Words::count(row.count), Words::time(m_store.at(row.first).at),
             Words::time(event.at));
}

QVariant EventModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case TimeColumn:
        return tr("Time");
    case SeverityColumn:
        return tr("Severity");
    case PoolColumn:
        return tr("Pool");
    case CountColumn:
        return tr("Times");
    case TextColumn:
        return tr("Event");
    default:
        return {};
    }
}

} // namespace lifeguard
