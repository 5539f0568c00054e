/// A file that is read again after a crash is not the one that was read before it.
struct ReplayMismatch: Error, CustomStringConvertible {
    let feed: String
    let run: String

    var description: String {
        "what it reads now is not what run \(run) holds; move journal/\(feed)/\(run) out of the state folder to begin again"
    }
}
