# SPDX-License-Identifier: GPL-3.0-or-later
# Compiler settings that every target shares.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

set(LIFEGUARD_SANITIZE "" CACHE STRING "Sanitizers, as for -fsanitize: address,undefined or thread")
if(LIFEGUARD_SANITIZE)
  add_compile_options(-fsanitize=${LIFEGUARD_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${LIFEGUARD_SANITIZE})
endif()

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Wconversion -Wno-sign-conversion)
option(LIFEGUARD_WERROR "Treat warnings as errors" OFF)
if(LIFEGUARD_WERROR)
  add_compile_options(-Werror)
endif()

# A library of one folder: its sources, includes from the root of the project.
#   lifeguard_library(NAME SOURCE... [INSTALLED_AS NAME HEADERS HEADER...])
# With INSTALLED_AS it is part of what `cmake --install` gives to applications: Lifeguard::NAME, with those headers.
function(lifeguard_library name)
  cmake_parse_arguments(ARG "" "INSTALLED_AS" "HEADERS" ${ARGN})
  add_library(${name} STATIC ${ARG_UNPARSED_ARGUMENTS})
  target_include_directories(${name} PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>)
  if(ARG_INSTALLED_AS)
    target_compile_features(${name} PUBLIC cxx_std_20)
    target_sources(${name} PUBLIC FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR} FILES ${ARG_HEADERS})
    set_target_properties(${name} PROPERTIES EXPORT_NAME ${ARG_INSTALLED_AS})
    add_library(Lifeguard::${ARG_INSTALLED_AS} ALIAS ${name})
    set_property(GLOBAL APPEND PROPERTY LIFEGUARD_INSTALLED ${name})
  endif()
endfunction()

# Settings for what uses Qt.
function(lifeguard_uses_qt name)
  set_target_properties(${name} PROPERTIES AUTOMOC ON)
  target_compile_definitions(${name} PUBLIC QT_NO_KEYWORDS QT_NO_CAST_FROM_ASCII QT_NO_CAST_TO_ASCII QT_NO_URL_CAST_FROM_STRING
                                            QT_NO_NARROWING_CONVERSIONS_IN_CONNECT)
endfunction()
