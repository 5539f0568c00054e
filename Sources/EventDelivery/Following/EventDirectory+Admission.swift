extension EventDirectory {
    /// The request as it can be answered: its feeds exist, and each place has a feed.
    ///
    /// Waits until the journals of all feeds are open; so a reader that comes while the service starts is
    /// served from its place, and not from what happens to be open.
    ///
    /// - Throws: `EventRequest.Failure` where it asks for what is not there; `CancellationError`.
    package func admitted(_ request: EventRequest) async throws -> EventRequest {
        await waitUntilSettled()
        try Task.checkCancellation()
        let known = names
        for feed in request.selection.feeds ?? [] where !known.contains(feed) {
            throw EventRequest.Failure(
                description: "no feed is named '\(feed)'; the service has \(Self.listed(known))",
                isMissing: true)
        }
        guard request.start.isUnnamed else { return request }
        let read = request.selection.feeds ?? known
        guard read.count == 1, let feed = read.first else {
            throw EventRequest.Failure(
                description:
                    "the cursor names no feed; write NAME=RUN:SEQ, or ask for one of \(Self.listed(read))"
            )
        }
        var admitted = request
        admitted.start = request.start.naming(feed)
        return admitted
    }

    /// Names for a message of one line.
    private static func listed(_ names: [String]) -> String {
        let most = 20
        guard !names.isEmpty else { return "none" }
        let rest = names.count > most ? " and \(names.count - most) more" : ""
        return names.prefix(most).joined(separator: ", ") + rest
    }
}
