internal import Platform
internal import Glibc

/// What the process uses, as Prometheus' standard names want it.
struct ProcessFigures: Hashable {
    var cpuSeconds = 0.0
    var residentBytes: Int64 = 0
    var virtualBytes: Int64 = 0
    var openFiles = 0
    var maxFiles: Int64 = 0
    var threads = 0
    /// When the process began, Unix seconds. It names the process, so it is found out once: a clock that is
    /// set changes nothing.
    let startTime = beginning

    private static let beginning: Double = {
        // /proc/uptime is not there where a service sees processes only (ProcSubset=pid).
        let began = Fields()[22] / ticksPerSecond
        return WallClock.unixSeconds() - (began > 0 ? max(0, WallClock.secondsSinceBoot() - began) : 0)
    }()

    private static let ticksPerSecond = Double(sysconf(Int32(_SC_CLK_TCK)))

    /// What the kernel says of this process in `stat`, by the numbers of proc(5); 0 where it says nothing.
    private struct Fields {
        /// Behind the name in brackets; the first of them is field 3.
        private let words: [Substring]

        init() {
            let bytes = try? PosixFiles().read("/proc/self/stat", from: 0, count: 65_536)
            let text = String(decoding: bytes ?? [], as: UTF8.self)
            words = text[(text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ")
        }

        subscript(number: Int) -> Double {
            let index = number - 2
            return words.indices.contains(index) ? Double(words[index]) ?? 0 : 0
        }
    }

    static func current() -> ProcessFigures {
        var figures = ProcessFigures()
        let fields = Fields()
        figures.cpuSeconds = (fields[14] + fields[15]) / ticksPerSecond
        figures.threads = Int(fields[20])
        figures.virtualBytes = Int64(fields[23])
        figures.residentBytes = Int64(fields[24]) * Int64(sysconf(Int32(_SC_PAGESIZE)))
        figures.openFiles = (try? PosixFiles().names(in: "/proc/self/fd").count) ?? 0
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            figures.maxFiles = Int64(clamping: limit.rlim_cur)
        }
        return figures
    }
}
