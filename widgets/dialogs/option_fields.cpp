// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/dialogs/option_fields.h"

#include "widgets/dialogs/duration_box.h"

#include <cmath>

namespace lifeguard {

namespace {

using std::chrono::milliseconds;
using Get = std::function<int(const PoolOptions&)>;
using Set = std::function<void(PoolOptions&, int)>;

struct Access {
    OptionUnit unit;
    Get get;
    Set set;
};

Access count(int PoolOptions::*member)
{
    return {OptionUnit::Count, [member](const PoolOptions& options) { return options.*member; },
            [member](PoolOptions& options, int value) { options.*member = value; }};
}

Access millis(milliseconds PoolOptions::*member)
{
    return {OptionUnit::Millis,
            [member](const PoolOptions& options) { return static_cast<int>((options.*member).count()); },
            [member](PoolOptions& options, int value) { options.*member = milliseconds{value}; }};
}

Access millis(milliseconds BackoffPolicy::*member)
{
    return {OptionUnit::Millis,
            [member](const PoolOptions& options) { return static_cast<int>((options.backoff.*member).count()); },
            [member](PoolOptions& options, int value) { options.backoff.*member = milliseconds{value}; }};
}

int percent(double share)
{
    return static_cast<int>(std::lround(share * 100));
}

using Fields = std::vector<OptionField>;

void add(Fields& fields, const char* name, OptionGroup group, Access access, const QString& label, const QString& what,
         const QString& why, const QString& zero = {})
{
    fields.push_back({name, group, access.unit, label, what, why, zero, std::move(access.get), std::move(access.set)});
}

class Rows {
    Q_DECLARE_TR_FUNCTIONS(OptionWords)

  public:
    static void size(Fields& fields)
    {
        constexpr auto kGroup = OptionGroup::Size;
        add(fields, "minSize", kGroup, count(&PoolOptions::minSize), tr("Minimum"),
            tr("Connections that are kept ready."),
            tr("The first caller after a quiet time needn't wait for a login."));
        add(fields, "maxSize", kGroup, count(&PoolOptions::maxSize), tr("Maximum"),
            tr("Connections at most, those that are being opened included."),
            tr("2 to 4 per core of the server is the usual optimum; ten suits a small server."));
        add(fields, "maxOpening", kGroup, count(&PoolOptions::maxOpening), tr("Opened at once"),
            tr("Connections that are opened at the same time."), tr("More would only make each login slower."));
    }

    static void callers(Fields& fields)
    {
        constexpr auto kGroup = OptionGroup::Callers;
        add(fields, "acquireTimeout", kGroup, millis(&PoolOptions::acquireTimeout), tr("Acquire time-out"),
            tr("How long a caller waits for a connection at most."),
            tr("People give up on a page at about this time."));
        add(fields, "leakThreshold", kGroup, millis(&PoolOptions::leakThreshold), tr("Leak threshold"),
            tr("A lease that is held for longer is reported with its holder."),
            tr("The statement time-out: no single statement may hold a lease for longer."));
        add(fields, "fairnessBound", kGroup, millis(&PoolOptions::fairnessBound), tr("Fairness bound"),
            tr("A newcomer may overtake a caller who has waited for less; above it the order is strict."),
            tr("Every change of hands moves the connection to other processors' caches; 1 ms would cost a tenth of the "
               "throughput."),
            tr("strict order"));
        add(fields, "shutdownTimeout", kGroup, millis(&PoolOptions::shutdownTimeout), tr("Shutdown time-out"),
            tr("How long closing the pool waits for leases before it cuts them."),
            tr("Most requests end in ten seconds, and a service manager's patience is longer."), tr("at once"));
    }

    static void connections(Fields& fields)
    {
        constexpr auto kGroup = OptionGroup::Connections;
        add(fields, "connectTimeout", kGroup, millis(&PoolOptions::connectTimeout), tr("Connect time-out"),
            tr("How long opening a connection may take, login included."),
            tr("A cold serverless database takes seconds, a local one milliseconds."));
        add(fields, "validationTimeout", kGroup, millis(&PoolOptions::validationTimeout), tr("Validation time-out"),
            tr("How long a connection may take to answer before it is lent."),
            tr("A round trip that takes longer is as good as lost."));
        add(fields, "bypassWindow", kGroup, millis(&PoolOptions::bypassWindow), tr("Bypass window"),
            tr("A connection that was used this recently is lent without that round trip."),
            tr("Long enough to spare a busy pool the trips, short enough that a failover is noticed."),
            tr("always ask"));
        add(fields, "idleTimeout", kGroup, millis(&PoolOptions::idleTimeout), tr("Idle time-out"),
            tr("Idle connections above the minimum are closed after this."),
            tr("Below the 5 min at which serverless databases and balancers cut."));
        add(fields, "maxLifetime", kGroup, millis(&PoolOptions::maxLifetime), tr("Maximum lifetime"),
            tr("Connections are renewed after this."),
            tr("None grows old: a server's memory for a session only grows."));
        add(fields, "lifetimeJitter", kGroup,
            {OptionUnit::Percent, [](const PoolOptions& options) { return percent(options.lifetimeJitter); },
             [](PoolOptions& options, int value) { options.lifetimeJitter = value / 100.0; }},
            tr("Lifetime jitter"), tr("Lifetimes are spread by this share."),
            tr("Connections that were opened together don't all end together."));
        add(fields, "keepaliveInterval", kGroup, millis(&PoolOptions::keepaliveInterval), tr("Keepalive interval"),
            tr("Idle connections are asked so often, against balancers that cut silent links."),
            tr("TCP's own keepalive does it mostly, and a query keeps a serverless database awake."), tr("off"));
    }

    static void sleep(Fields& fields)
    {
        constexpr auto kGroup = OptionGroup::Sleep;
        add(fields, "sleepAfter", kGroup, millis(&PoolOptions::sleepAfter), tr("Sleep after"),
            tr("When nobody has asked for so long all connections are closed, the minimum as well, so that a "
               "serverless "
               "database can suspend."),
            tr("Most servers don't sleep, and a login costs the next caller time."), tr("never"));
        add(fields, "wakeTimeout", kGroup, millis(&PoolOptions::wakeTimeout), tr("Wake time-out"),
            tr("For the first connection after a sleep, in place of the connect and acquire time-outs, if it is "
               "longer."),
            tr("The database has to start first."));
    }

    static void session(Fields& fields)
    {
        constexpr auto kGroup = OptionGroup::Session;
        const QString own = tr("the server's own");
        add(fields, "statementTimeout", kGroup, millis(&PoolOptions::statementTimeout), tr("Statement time-out"),
            tr("Set on each connection: the server ends a statement that runs for longer."),
            tr("Ends queries that run away; a page's query is over long before."), own);
        add(fields, "lockTimeout", kGroup, millis(&PoolOptions::lockTimeout), tr("Lock time-out"),
            tr("Set on each connection: how long a statement waits for a lock."),
            tr("The statement time-out counts that wait, too."), own);
        add(fields, "idleInTransactionTimeout", kGroup, millis(&PoolOptions::idleInTransactionTimeout),
            tr("Idle in transaction"),
            tr("Set on each connection: the server ends one that is idle in a transaction for so long."),
            tr("The pool reports such a lease, and only its application knows how long it may think."), own);
        add(fields, "operationTimeout", kGroup, millis(&PoolOptions::operationTimeout), tr("Operation time-out"),
            tr("An operation that waits for longer for its answer is cut, unless its lease has a deadline."),
            tr("Above the statement time-out, so that the server ends the statement first where it can."),
            tr("no limit"));
    }

    static void faults(Fields& fields)
    {
        constexpr auto kGroup = OptionGroup::Faults;
        add(fields, "backoff.attempts", kGroup,
            {OptionUnit::Count, [](const PoolOptions& options) { return options.backoff.attempts; },
             [](PoolOptions& options, int value) { options.backoff.attempts = value; }},
            tr("Attempts"), tr("Tries to connect in one series, the first included."),
            tr("With the pauses they take longer than the acquire time-out, so the caller's deadline rules."));
        add(fields, "backoff.base", kGroup, millis(&BackoffPolicy::base), tr("First pause"),
            tr("The pause after the first failed attempt; it doubles with each."),
            tr("A server that is only restarting is back soon."));
        add(fields, "backoff.cap", kGroup, millis(&BackoffPolicy::cap), tr("Longest pause"),
            tr("No pause between attempts is longer."), tr("The circuit takes over after a series."));
        add(fields, "backoff.jitter", kGroup,
            {OptionUnit::Percent, [](const PoolOptions& options) { return percent(options.backoff.jitter); },
             [](PoolOptions& options, int value) { options.backoff.jitter = value / 100.0; }},
            tr("Pause jitter"), tr("A pause is moved by at most this share, up or down."),
            tr("Many clients of a server that comes back don't all try at the same instant."));
        add(fields, "circuitOpenTime", kGroup, millis(&PoolOptions::circuitOpenTime), tr("Circuit open time"),
            tr("How long the server is left alone after a failed series."),
            tr("A server that is down isn't helped by being asked, and callers are told at once."));
    }
};

} // namespace

std::vector<OptionField> OptionWords::fields()
{
    Fields fields;
    Rows::size(fields);
    Rows::callers(fields);
    Rows::connections(fields);
    Rows::sleep(fields);
    Rows::session(fields);
    Rows::faults(fields);
    return fields;
}

QString OptionWords::of(OptionGroup group)
{
    switch (group) {
    case OptionGroup::Size:
        return tr("Size");
    case OptionGroup::Callers:
        return tr("Callers");
    case OptionGroup::Connections:
        return tr("Connections");
    case OptionGroup::Sleep:
        return tr("Databases that sleep");
    case OptionGroup::Session:
        return tr("Each session");
    case OptionGroup::Faults:
        return tr("When the server fails");
    }
    return {};
}

QString OptionWords::of(ResetOnRelease reset)
{
    switch (reset) {
    case ResetOnRelease::None:
        return tr("nothing: an open transaction closes it");
    case ResetOnRelease::Rollback:
        return tr("roll back an open transaction");
    case ResetOnRelease::DiscardAll:
        return tr("discard all of its user's state");
    }
    return {};
}

QString OptionWords::shown(const OptionField& field, int value)
{
    if (value == 0 && !field.zero.isEmpty())
        return field.zero;
    switch (field.unit) {
    case OptionUnit::Count:
        return QString::number(value);
    case OptionUnit::Millis:
        return DurationBox::words(value);
    case OptionUnit::Percent:
        return tr("%1 %").arg(value);
    }
    return {};
}

QString OptionWords::toolTip(const OptionField& field)
{
    return toolTip(field.what, shown(field, field.get(PoolOptions{})), field.why);
}

QString OptionWords::toolTip(const QString& what, const QString& byDefault, const QString& why)
{
    // Rich text, so that Qt wraps it.
    return tr("<p>%1</p><p>Default: %2. %3</p>", "what it does, its default, the default's reason")
        .arg(what.toHtmlEscaped(), byDefault.toHtmlEscaped(), why.toHtmlEscaped());
}

} // namespace lifeguard
