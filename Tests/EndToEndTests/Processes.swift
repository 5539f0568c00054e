import Foundation

/// Other processes, as /proc shows them.
enum Processes {
    /// Identifiers of the children of a process.
    static func children(of identifier: Int32) -> [Int32] {
        let tasks = "/proc/\(identifier)/task"
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: tasks)) ?? []
        return threads.flatMap { thread in
            ((try? String(contentsOfFile: "\(tasks)/\(thread)/children", encoding: .utf8)) ?? "")
                .split(separator: " ").compactMap { Int32($0) }
        }
    }

    /// A file of /proc about a process, zeros as blanks.
    static func text(of identifier: Int32, _ file: String) -> String {
        let data = (try? Data(contentsOf: URL(fileURLWithPath: "/proc/\(identifier)/\(file)"))) ?? Data()
        return String(decoding: data.map { $0 == 0 ? 32 : $0 }, as: UTF8.self)
    }

    /// Waits, at most `seconds`, until a process that is not ours is gone.
    static func hasEnded(_ identifier: Int32, within seconds: Double) -> Bool {
        for _ in 0..<Int(seconds * 50) {
            // A process that nobody has waited for yet has ended, too.
            if kill(identifier, 0) != 0 || text(of: identifier, "stat").contains(") Z ") { return true }
            poll(nil, 0, 20)
        }
        return false
    }
}
