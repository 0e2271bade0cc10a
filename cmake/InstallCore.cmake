# SPDX-License-Identifier: GPL-3.0-or-later
# `cmake --install BUILD --component development`: the pool as a library for applications, without the console and its
# engine. They say find_package(Lifeguard) and link Lifeguard::core (the pool; brings its own connector or a test's) or
# Lifeguard::postgres (the pool on PostgreSQL). The headers are included as here: "core/pool/pool.h".
include(CMakePackageConfigHelpers)

add_library(lifeguard_core INTERFACE)
target_link_libraries(lifeguard_core INTERFACE lifeguard_pool)
set_target_properties(lifeguard_core PROPERTIES EXPORT_NAME core)
add_library(Lifeguard::core ALIAS lifeguard_core)

set(package ${CMAKE_INSTALL_LIBDIR}/cmake/Lifeguard)
get_property(libraries GLOBAL PROPERTY LIFEGUARD_INSTALLED)
install(TARGETS lifeguard_core ${libraries} EXPORT LifeguardTargets COMPONENT development
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development
  FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/lifeguard COMPONENT development)
install(EXPORT LifeguardTargets NAMESPACE Lifeguard:: DESTINATION ${package} COMPONENT development)

configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/LifeguardConfig.cmake.in ${PROJECT_BINARY_DIR}/LifeguardConfig.cmake
  INSTALL_DESTINATION ${package} NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/LifeguardConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/LifeguardConfig.cmake ${PROJECT_BINARY_DIR}/LifeguardConfigVersion.cmake
  DESTINATION ${package} COMPONENT development)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSES/Apache-2.0.txt DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT development)
