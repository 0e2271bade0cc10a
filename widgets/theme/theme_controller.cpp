// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/theme/theme_controller.h"

#include "widgets/icons.h"

#include <QApplication>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusVariant>
#include <QFontDatabase>
#include <QStyleFactory>

namespace lifeguard {

namespace {

const QString kPortal = QStringLiteral("org.freedesktop.portal.Desktop");
const QString kPath = QStringLiteral("/org/freedesktop/portal/desktop");
const QString kSettings = QStringLiteral("org.freedesktop.portal.Settings");
const QString kAppearance = QStringLiteral("org.freedesktop.appearance");
const QString kColorScheme = QStringLiteral("color-scheme");
constexpr uint kPreferDark = 1; // 0: no preference, 2: prefer light

// The portal wraps the value once or twice, by its version.
uint unwrap(QVariant value)
{
    while (value.canConvert<QDBusVariant>())
        value = value.value<QDBusVariant>().variant();
    return value.toUInt();
}

QFont interfaceFont()
{
    QFont font(QStringList{QStringLiteral("Inter"), QStringLiteral("Noto Sans"), QStringLiteral("DejaVu Sans")});
    font.setPixelSize(13);
    return font;
}

} // namespace

ThemeController::ThemeController(QApplication& application, QObject* parent)
    : QObject(parent), m_application(application)
{
    registerIcons();
    m_application.setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    m_application.setFont(interfaceFont());
    m_systemDark = m_application.palette().color(QPalette::Window).lightness() < 128;
    apply();
    askPortal();
}

void ThemeController::setChoice(ThemeChoice choice)
{
    m_choice = choice;
    apply();
}

void ThemeController::askPortal()
{
    QDBusConnection bus = QDBusConnection::sessionBus();
    if (!bus.isConnected())
        return;
    bus.connect(kPortal, kPath, kSettings, QStringLiteral("SettingChanged"), this,
                SLOT(onPortalSetting(QString, QString, QDBusVariant)));
    QDBusMessage question = QDBusMessage::createMethodCall(kPortal, kPath, kSettings, QStringLiteral("Read"));
    question << kAppearance << kColorScheme;
    auto* watcher = new QDBusPendingCallWatcher(bus.asyncCall(question), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this](QDBusPendingCallWatcher* done) {
        const QDBusPendingReply<QVariant> reply = *done;
        if (reply.isValid())
            setSystemDark(unwrap(reply.value()) == kPreferDark);
        done->deleteLater();
    });
}

void ThemeController::onPortalSetting(const QString& group, const QString& key, const QDBusVariant& value)
{
    if (group == kAppearance && key == kColorScheme)
        setSystemDark(unwrap(value.variant()) == kPreferDark);
}

void ThemeController::setSystemDark(bool dark)
{
    m_systemDark = dark;
    apply();
}

void ThemeController::apply()
{
    const bool dark = m_choice == ThemeChoice::System ? m_systemDark : m_choice == ThemeChoice::Dark;
    if (m_applied && dark == m_dark)
        return;
    m_applied = true;
    m_dark = dark;
    const Theme& theme = dark ? darkTheme() : lightTheme();
    m_application.setPalette(paletteOf(theme));
    m_application.setStyleSheet(styleSheetOf(theme));
    Q_EMIT changed(dark);
}

} // namespace lifeguard
