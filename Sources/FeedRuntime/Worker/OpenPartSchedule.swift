/// When a worker sends the open shot's open part: so that a feed whose worker dies can close the shot, and so
/// that answers within a deadline find it.
///
/// A value; ticks of the worker's timeline.
struct OpenPartSchedule {
    private let interval: Int64
    private let deadline: Int64?
    /// PTS from which it is wanted again; nil: as soon as there is one.
    private var next: Int64?
    /// PTS at which answers may fall due, in order.
    private var due: [Int64] = []

    init(interval: Int64, deadline: Int64?) {
        self.interval = interval
        self.deadline = deadline
    }

    /// A part was closed; what follows is a new one.
    mutating func noteClosed(at end: Int64) {
        next = nil
        if let deadline { due.append(end + deadline) }
    }

    /// Whether an answer may fall due with the picture at `pts`; asked once for each picture.
    mutating func isDue(at pts: Int64) -> Bool {
        guard let first = due.first, first <= pts else { return false }
        due.removeAll { $0 <= pts }
        return true
    }

    func isWanted(at pts: Int64) -> Bool { next.map { $0 <= pts } ?? true }

    mutating func noteSent(at pts: Int64) { next = pts + interval }
}
