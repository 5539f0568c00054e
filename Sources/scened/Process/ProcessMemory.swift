/// What the process takes of the machine.
enum ProcessMemory {
    /// Most megabytes that were resident at once so far; 0 if the system does not say.
    static var peakMegabytes: Int {
        // Lines of /proc/self/status: "VmHWM:      51200 kB".
        guard let text = try? InputFile.bytes("/proc/self/status") else { return 0 }
        for line in String(decoding: text, as: UTF8.self).split(separator: "\n")
        where line.hasPrefix("VmHWM:") {
            return (line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0)
                * 1024
                / 1_000_000
        }
        return 0
    }
}
