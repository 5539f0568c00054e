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
    /// Unix seconds.
    var startTime = 0.0

    static func current() -> ProcessFigures {
        var figures = ProcessFigures()
        let files = PosixFiles()
        func text(_ path: String) -> String {
            (try? files.read(path, from: 0, count: 65_536)).map { String(decoding: $0, as: UTF8.self) } ?? ""
        }
        // Fields after the name in brackets; the first of them is field 3 (proc(5)).
        let status = text("/proc/self/stat")
        let fields = status[(status.lastIndex(of: ")") ?? status.startIndex)...].split(separator: " ")
            .dropFirst()
        func field(_ number: Int) -> Double {
            let index = fields.startIndex + number - 3
            return fields.indices.contains(index) ? Double(fields[index]) ?? 0 : 0
        }
        let tick = Double(sysconf(Int32(_SC_CLK_TCK)))
        figures.cpuSeconds = (field(14) + field(15)) / tick
        figures.threads = Int(field(20))
        figures.virtualBytes = Int64(field(23))
        figures.residentBytes = Int64(field(24)) * Int64(sysconf(Int32(_SC_PAGESIZE)))
        let uptime = text("/proc/uptime").split(separator: " ").first.flatMap { Double($0) } ?? 0
        figures.startTime = WallClock.unixSeconds() - uptime + field(22) / tick
        figures.openFiles = (try? files.names(in: "/proc/self/fd").count) ?? 0
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            figures.maxFiles = Int64(clamping: limit.rlim_cur)
        }
        return figures
    }
}
