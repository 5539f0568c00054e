import EventDelivery
import FeedRuntime
import MediaInput
import SceneService
import Testing

/// Secrets of addresses: not in events, not on pages, not in the log.
@Suite struct SecretTests {
    private func plan(_ input: String, secret: String) throws -> FeedPlan {
        var models = ModelStore()
        let feed = FeedConfiguration(name: "f", input: SecretText(input))
        return try FeedPlan.resolve(
            feed, secret: { _ in secret }, model: { try models.model($0, load: { try $0.load() }) },
            version: "0"
        ).plan
    }

    /// What `stream_start` calls the input is the same whatever the secret is; what a worker says, which
    /// knows nothing of secrets, is told under that name.
    @Test(arguments: [
        ("http://127.0.0.1:9/film.ts?k=${credential:tk}", "http://127.0.0.1:9/film.ts?k=***"),
        ("http://127.0.0.1:9/${credential:pw}/film.ts", "http://127.0.0.1:9/***/film.ts"),
        ("RTSP://viewer:${credential:pw}@127.0.0.1:9/1", "rtsp://***@127.0.0.1:9/1"),
        ("${credential:address}", "***"),
    ])
    func aFeedIsShownWithoutItsSecrets(input: String, shown: String) throws {
        for secret in ["canary feed-5/x?", "http://127.0.0.1:9/canary/feed", "5/"] {
            let plan = try plan(input, secret: secret)
            #expect(plan.displayName == shown)
            // Fewer than four bytes are no name that could be told from other text.
            if shown == "***", secret == "5/" { continue }
            let said = "\(MediaSource.url(plan.address.text).displayName): Connection refused: check it"
            #expect(Secrets.redacted(said) == "\(shown): Connection refused: check it")
        }
    }

    /// As it stands, percent-encoded in large and small digits, and decoded.
    @Test func everyFormIsHidden() {
        Secrets.register("canary/form%20six")
        for form in [
            "canary/form%20six", "canary%2Fform%2520six", "canary%2fform%2520six", "canary/form six",
        ] {
            #expect(Secrets.redacted("it is \(form).") == "it is ***.")
        }
    }

    /// Of a whole address, what stands in its query is hidden by itself, too.
    @Test func partsOfAnAddressAreHidden() {
        Secrets.register("http://viewer7:canaryseven@host/x?q=canaryquery7&b=1")
        #expect(Secrets.redacted("canaryseven, canaryquery7 and 1") == "***, *** and 1")
    }

    @Test func troublesOnTheBoardHoldNoSecrets() {
        let board = ServiceBoard(redact: { $0.replacing("canary", with: "***") })
        board.update("f") { entry in
            var status = FeedStatus(feed: "f", now: 0)
            status.trouble = "canary 1"
            entry.status = status
            (entry.shortage, entry.journalTrouble) = ("canary 2", "canary 3")
        }
        let key = ServiceBoard.SinkKey(sink: "s", feed: "f")
        board.update(key) { $0.trouble = "canary 4" }
        let feed = board.snapshot.feeds["f"]
        #expect(feed?.status?.trouble == "*** 1")
        #expect(feed?.shortage == "*** 2" && feed?.journalTrouble == "*** 3")
        #expect(board.snapshot.sinks[key]?.trouble == "*** 4")
    }
}
