// SPDX-License-Identifier: GPL-3.0-or-later
// What libFuzzer does, without its eyes, for compilers that have none: changes the texts of a corpus by chance.
//   fuzz_NAME SECONDS SEED FOLDER      all of the folder's files as they are, then changed ones for so many seconds
//   fuzz_NAME FILE                     this text alone, such as one that failed
// The same seed makes the same texts in the same order. A text that fails is left as failed-SEED-NUMBER.
#include "tests/fuzz/fuzz.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

namespace {

constexpr std::size_t kLongest = 4'096; // longer texts only cost time

std::string g_text; // under test now
std::array<char, 64> g_failed{};

// Only what a signal handler may do.
void keepText()
{
    const int file = open(g_failed.data(), O_CREAT | O_WRONLY | O_TRUNC, 0600);
    if (file < 0)
        return;
    if (write(file, g_text.data(), g_text.size()) >= 0) {
        constexpr std::string_view kWords = "the text that failed is in ";
        (void)!write(STDERR_FILENO, kWords.data(), kWords.size());
        (void)!write(STDERR_FILENO, g_failed.data(), std::string_view(g_failed.data()).size());
        (void)!write(STDERR_FILENO, "\n", 1);
    }
    close(file);
}

void onSignal(int signal)
{
    keepText();
    std::signal(signal, SIG_DFL);
    std::raise(signal);
}

void tryText(std::string text, unsigned seed, unsigned number)
{
    std::snprintf(g_failed.data(), g_failed.size(), "failed-%u-%u", seed, number);
    g_text = std::move(text);
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(g_text.data()), g_text.size());
}

std::string contentOf(const std::filesystem::path& path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

class Mutator {
  public:
    Mutator(const std::vector<std::string>& corpus, unsigned seed) : m_corpus(corpus), m_engine(seed) {}

    std::string next()
    {
        std::string text = any();
        for (std::size_t changes = 1 + below(6); changes > 0; --changes)
            change(text);
        text.resize(std::min(text.size(), kLongest));
        return text;
    }

  private:
    std::size_t below(std::size_t limit) { return std::uniform_int_distribution<std::size_t>(0, limit - 1)(m_engine); }
    const std::string& any() { return m_corpus[below(m_corpus.size())]; }

    std::string pieceOf(const std::string& text)
    {
        if (text.empty())
            return {};
        const std::size_t begin = below(text.size());
        return text.substr(begin, 1 + below(std::min<std::size_t>(text.size() - begin, 40)));
    }

    void change(std::string& text)
    {
        // What means something in connection strings, TOML or numbers.
        static constexpr std::string_view kTelling("\n\t '\"\\%=@:/?#&[]{},.-+_eE019\x7f\xff\0", 31);
        const std::size_t at = below(text.size() + 1);
        switch (below(6)) {
        case 0: // another character
            if (at < text.size())
                text[at] = static_cast<char>(below(256));
            break;
        case 1:
            text.insert(at, 1, kTelling[below(kTelling.size())]);
            break;
        case 2:
            text.erase(at, 1 + below(8));
            break;
        case 3: // a piece of this or another text
            text.insert(at, pieceOf(below(2) == 0 ? text : any()));
            break;
        case 4: // cut off
            text.resize(at);
            break;
        default: // a number that is too large, or negative
            text.insert(at, below(2) == 0 ? "9223372036854775807" : "-4294967297");
        }
    }

    const std::vector<std::string>& m_corpus;
    std::mt19937 m_engine;
};

int mutate(std::chrono::seconds time, unsigned seed, const std::filesystem::path& folder)
{
    std::vector<std::filesystem::path> files{std::filesystem::directory_iterator(folder), {}};
    std::sort(files.begin(), files.end());
    if (files.empty()) {
        std::cerr << folder << " is empty\n";
        return EXIT_FAILURE;
    }
    std::vector<std::string> corpus;
    unsigned number = 0;
    for (const auto& file : files)
        tryText(corpus.emplace_back(contentOf(file)), seed, ++number);
    Mutator mutator(corpus, seed);
    for (const auto end = std::chrono::steady_clock::now() + time; std::chrono::steady_clock::now() < end;)
        tryText(mutator.next(), seed, ++number);
    std::cout << number << " texts, seed " << seed << "\n";
    return EXIT_SUCCESS;
}

} // namespace

// Called by AddressSanitizer before it ends the process.
extern "C" void __asan_on_error();
extern "C" void __asan_on_error() // NOLINT(bugprone-reserved-identifier): its name
{
    keepText();
}

int main(int argc, char** argv)
{
    for (const int signal : {SIGABRT, SIGSEGV, SIGFPE})
        std::signal(signal, &onSignal);
    if (argc == 2) {
        tryText(contentOf(argv[1]), 0, 0);
        return EXIT_SUCCESS;
    }
    if (argc != 4) {
        std::cerr << "usage: " << argv[0] << " SECONDS SEED FOLDER | FILE\n";
        return EXIT_FAILURE;
    }
    return mutate(std::chrono::seconds{std::atoi(argv[1])}, static_cast<unsigned>(std::atoi(argv[2])), argv[3]);
}
