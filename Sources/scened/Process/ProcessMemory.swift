import Glibc

/// What a process takes of the machine.
enum ProcessMemory {
    /// Most megabytes of this process that were resident at once so far; 0 if the system does not say.
    static var peakMegabytes: Int { peak(of: getpid()) / 1_000_000 }

    /// Most bytes of a process that were resident at once since it runs its program; 0 if it has ended, or
    /// the system does not say.
    static func peak(of process: pid_t) -> Int {
        // Lines of /proc/PID/status: "VmHWM:      51200 kB".
        guard let text = try? InputFile.bytes("/proc/\(process)/status") else { return 0 }
        for line in String(decoding: text, as: UTF8.self).split(separator: "\n")
        where line.hasPrefix("VmHWM:") {
            return (line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0)
                * 1024
        }
        return 0
    }
}
