// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/command_line.h"

#include "core/postgres/conninfo.h"

#include <QCommandLineParser>
#include <QCoreApplication>

namespace lifeguard {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("CommandLine", text);
}

struct Options {
    QCommandLineOption demo{QStringLiteral("demo"),
                            tr("Start a private PostgreSQL with application processes and faults, and show its pools. "
                               "Everything is gone after exit.")};
    QCommandLineOption profile{QStringLiteral("profile"), tr("Open the saved profile <name>."), QStringLiteral("name")};
    QCommandLineOption readOnly{QStringLiteral("read-only"), tr("Watch only: no action on any pool is possible.")};
    QCommandLineOption select{QStringLiteral("select"), tr("Show the pool <name> first."), QStringLiteral("name")};
    QCommandLineOption theme{QStringLiteral("theme"), tr("system, light or dark."), QStringLiteral("theme")};
    QCommandLineOption size{QStringLiteral("size"), tr("Size of the window, as in 1440x900."), QStringLiteral("WxH")};
    QCommandLineOption capture{QStringLiteral("capture"), tr("Save a picture of the window to <file> when it quits."),
                               QStringLiteral("file.png")};
    QCommandLineOption exportEvents{QStringLiteral("export-events"),
                                    tr("Save the event log to <file> when it quits, CSV or JSON by its name."),
                                    QStringLiteral("file.csv|json")};
    QCommandLineOption quitAfter{QStringLiteral("quit-after"), tr("Quit after <seconds>."), QStringLiteral("seconds")};
    QCommandLineOption help{{QStringLiteral("h"), QStringLiteral("help")}, tr("Show this help.")};
    QCommandLineOption version{{QStringLiteral("v"), QStringLiteral("version")}, tr("Show the version.")};
};

QString description()
{
    return tr("Lifeguard: a console for database connection pools.\n\n"
              "  lifeguard --demo                             look at it first, on a private PostgreSQL\n"
              "  lifeguard orders-api                         open the saved profile of this name\n"
              "  lifeguard postgresql://app@db:5432/orders    open a libpq URI\n"
              "  lifeguard \"host=db dbname=orders user=app\"   open a libpq keyword string\n\n"
              "A password is never taken from the arguments. It comes from PGPASSWORD, ~/.pgpass, pg_service.conf, the "
              "system's keyring or a prompt.");
}

bool isConnection(const QString& text)
{
    return text.contains(QLatin1Char('=')) || text.contains(QLatin1String("://"));
}

CommandLine refuse(const QString& sentence)
{
    CommandLine refused;
    refused.answer = tr("lifeguard: %1\n").arg(sentence);
    refused.exitCode = 2;
    return refused;
}

std::optional<ThemeChoice> themeNamed(const QString& name)
{
    if (name == QLatin1String("system"))
        return ThemeChoice::System;
    if (name == QLatin1String("light"))
        return ThemeChoice::Light;
    if (name == QLatin1String("dark"))
        return ThemeChoice::Dark;
    return std::nullopt;
}

// What is wrong with the values, as a sentence; empty when nothing is. Fills in what they say.
QString readValues(const QCommandLineParser& parser, const Options& options, CommandLine& wanted)
{
    if (parser.isSet(options.theme) && !(wanted.theme = themeNamed(parser.value(options.theme))))
        return tr("--theme is system, light or dark.");
    if (parser.isSet(options.size)) {
        const QStringList parts = parser.value(options.size).split(QLatin1Char('x'));
        wanted.size = parts.size() == 2 ? QSize(parts.at(0).toInt(), parts.at(1).toInt()) : QSize();
        if (wanted.size.isEmpty())
            return tr("--size is a width and a height, as in 1440x900.");
    }
    if (parser.isSet(options.quitAfter)) {
        bool number = false;
        wanted.quitAfterSeconds = parser.value(options.quitAfter).toInt(&number);
        if (!number || *wanted.quitAfterSeconds < 0)
            return tr("--quit-after is a number of seconds.");
    }
    return {};
}

// The same for the one argument without a name.
QString readTarget(const QStringList& targets, CommandLine& wanted)
{
    if (targets.size() > 1)
        return tr("give one profile or one connection; put a keyword string in quotation marks.");
    if (targets.isEmpty())
        return {};
    if (!isConnection(targets.first())) {
        wanted.profile = targets.first();
        return {};
    }
    const auto parameters = parseConnection(targets.first().toStdString());
    if (!parameters) // names the option, and never repeats a password
        return QString::fromStdString(parameters.error().message);
    wanted.connection = targets.first();
    return {};
}

} // namespace

CommandLine parseCommandLine(const QStringList& arguments)
{
    const Options options;
    QCommandLineParser parser;
    parser.setApplicationDescription(description());
    parser.addOptions({options.demo, options.profile, options.readOnly, options.select, options.theme, options.size,
                       options.capture, options.exportEvents, options.quitAfter, options.help, options.version});
    parser.addPositionalArgument(QStringLiteral("target"),
                                 tr("A saved profile's name, a libpq URI or a keyword string."),
                                 QStringLiteral("[target]"));
    if (!parser.parse(arguments))
        return refuse(parser.errorText());
    CommandLine wanted;
    if (parser.isSet(options.help)) {
        wanted.answer = parser.helpText();
        return wanted;
    }
    if (parser.isSet(options.version)) {
        wanted.answer = QStringLiteral("lifeguard " LIFEGUARD_VERSION "\n");
        return wanted;
    }
    wanted.demo = parser.isSet(options.demo);
    wanted.readOnly = parser.isSet(options.readOnly);
    wanted.profile = parser.value(options.profile);
    wanted.select = parser.value(options.select);
    wanted.capture = parser.value(options.capture);
    wanted.exportEvents = parser.value(options.exportEvents);
    for (const QString& problem :
         {readValues(parser, options, wanted), readTarget(parser.positionalArguments(), wanted)})
        if (!problem.isEmpty())
            return refuse(problem);
    return wanted;
}

} // namespace lifeguard
