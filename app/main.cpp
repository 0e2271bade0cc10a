// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/application.h"
#include "app/command_line.h"

#include <QApplication>
#include <QLocale>
#include <QTextStream>
#include <QTranslator>

#include <clocale>
#include <cstdio>

namespace {

// Qt would abort with a list of plugins.
bool displayIsMissing()
{
    return qEnvironmentVariableIsEmpty("DISPLAY") && qEnvironmentVariableIsEmpty("WAYLAND_DISPLAY")
           && (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM")
               || qEnvironmentVariable("QT_QPA_PLATFORM") == QLatin1String("xcb"));
}

} // namespace

int main(int argc, char** argv)
{
    QStringList arguments;
    for (int i = 0; i < argc; ++i)
        arguments << QString::fromLocal8Bit(argv[i]);
    const lifeguard::CommandLine wanted = lifeguard::parseCommandLine(arguments);
    if (wanted.answer) {
        QTextStream(wanted.exitCode == 0 ? stdout : stderr) << *wanted.answer;
        return wanted.exitCode;
    }
    if (displayIsMissing()) {
        std::fputs("lifeguard: there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set)\n", stderr);
        return 1;
    }
    QApplication application(argc, argv);
    // Qt has just set the locale of the environment. libpq and libc would translate their messages by it, and those are
    // what tells a refused connection from a name that doesn't exist. Qt's own translations don't depend on it.
    std::setlocale(LC_MESSAGES, "C");
    QApplication::setApplicationName(QStringLiteral("lifeguard"));
    QApplication::setApplicationDisplayName(QStringLiteral("Lifeguard"));
    QApplication::setApplicationVersion(QStringLiteral(LIFEGUARD_VERSION));
    QApplication::setDesktopFileName(QStringLiteral("io.github.lifeguard.Lifeguard"));
    QTranslator translator;
    if (translator.load(QLocale(), QStringLiteral("lifeguard"), QStringLiteral("_"), QStringLiteral(":/i18n"))
        || translator.load(QStringLiteral(":/i18n/lifeguard_en.qm")))
        QApplication::installTranslator(&translator);
    const lifeguard::Application console(application, wanted);
    return QApplication::exec();
}
