// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/dialogs/duration_box.h"

#include <QRegularExpression>

#include <array>
#include <limits>
#include <optional>

namespace lifeguard {

namespace {

struct Unit {
    const char* name; // as SI and PostgreSQL write it, in every language
    int millis;
    int step; // of the arrows, in milliseconds
};

constexpr std::array kUnits{Unit{"h", 3'600'000, 600'000}, Unit{"min", 60'000, 10'000}, Unit{"s", 1'000, 1'000},
                            Unit{"ms", 1, 50}};

std::optional<int> read(const QString& text)
{
    static const QRegularExpression kForm(QStringLiteral("^\\s*(\\d+)\\s*(ms|s|min|h)?\\s*$"));
    const QRegularExpressionMatch match = kForm.match(text);
    if (!match.hasMatch())
        return std::nullopt;
    qint64 factor = 1;
    for (const Unit& unit : kUnits)
        if (match.captured(2) == QLatin1String(unit.name))
            factor = unit.millis;
    bool isNumber = false;
    const qint64 number = match.captured(1).toInt(&isNumber); // so the product fits
    if (!isNumber || number * factor > std::numeric_limits<int>::max())
        return std::nullopt;
    return static_cast<int>(number * factor);
}

} // namespace

DurationBox::DurationBox(QWidget* parent) : QSpinBox(parent)
{
    setRange(0, std::numeric_limits<int>::max()); // 24 days; PostgreSQL's own end there, too
    setKeyboardTracking(false);                   // "3" on the way to "3 min" is no value yet
    setToolTip(tr("For example 500 ms, 30 s, 3 min or 1 h"));
}

QString DurationBox::words(int millis)
{
    for (const Unit& unit : kUnits)
        if (millis != 0 && millis % unit.millis == 0)
            return tr("%1 %2", "number, unit of time").arg(millis / unit.millis).arg(QLatin1String(unit.name));
    return tr("%1 %2", "number, unit of time").arg(0).arg(QLatin1String("ms"));
}

void DurationBox::stepBy(int steps)
{
    int size = kUnits.back().step;
    for (auto unit = kUnits.rbegin(); unit != kUnits.rend(); ++unit)
        if (value() >= unit->millis)
            size = unit->step;
    const qint64 wanted = qint64{value()} + qint64{steps} * size;
    setValue(static_cast<int>(qBound(qint64{minimum()}, wanted, qint64{maximum()})));
}

QString DurationBox::textFromValue(int millis) const
{
    return words(millis);
}

int DurationBox::valueFromText(const QString& text) const
{
    return text == specialValueText() ? minimum() : read(text).value_or(value());
}

QValidator::State DurationBox::validate(QString& text, int& position) const
{
    Q_UNUSED(position)
    if (!specialValueText().isEmpty() && text == specialValueText())
        return QValidator::Acceptable;
    return read(text) ? QValidator::Acceptable : QValidator::Intermediate;
}

} // namespace lifeguard
