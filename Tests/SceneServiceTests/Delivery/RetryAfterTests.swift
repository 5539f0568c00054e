import SceneService
import Platform
import FeedRuntime
import EventJournal
import EventDelivery
import NIOCore
import NIOPosix
import Testing
import Timeline

@Suite struct RetryAfterTests {
    /// 784111777 is the moment of RFC 9110's example.
    @Test(arguments: [
        ("0", 0.0), ("5", 5), (" 120\t", 120), ("99999999999999999999999999", 3600), ("7200", 3600),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 77), ("Sunday, 06-Nov-94 08:49:37 GMT", 77),
        ("Sun Nov  6 08:49:37 1994", 77),
        ("Mon, 07 Nov 1994 08:49:37 GMT", 3600), ("Sat, 05 Nov 1994 08:49:37 GMT", 0),
        ("Sun, 06 Nov 1994 08:49:60 GMT", 100), ("-5", nil), ("5.5", nil), ("soon", nil), ("", nil),
        ("Sun, 06 Nov 1994 08:49:37", nil), ("Sun, 06 Nov 1994 08:49:37 CET", nil),
        ("Sun, 06 Foo 1994 08:49:37 GMT", nil),
        ("Sun, 32 Nov 1994 08:49:37 GMT", nil), ("Sun, 06 Nov 1994 24:49:37 GMT", nil),
        ("Sun, 06 Nov 1994 :: GMT", nil),
    ])
    func secondsAndDatesAreRead(value: String, seconds: Double?) {
        #expect(RetryAfter.seconds(value, now: 784_111_700) == seconds)
    }

    /// Leap days and the turn of centuries.
    @Test func datesAreCounted() {
        #expect(RetryAfter.seconds("Thu, 29 Feb 2024 00:00:10 GMT", now: 1_709_164_800) == 10)
        #expect(RetryAfter.seconds("Fri, 01 Mar 2024 00:00:10 GMT", now: 1_709_251_200) == 10)
        #expect(RetryAfter.seconds("Thursday, 01-Jan-70 00:00:10 GMT", now: 0) == 10)
        #expect(RetryAfter.seconds("Saturday, 01-Jan-00 00:00:10 GMT", now: 946_684_800) == 10)
    }

    /// A receiver that asks for an hour is asked once.
    @Test func aReceiverThatAsksToBeLeftAloneIs() async throws {
        let server = try await WebhookServer(headers: [("retry-after", "3600")]) { _ in true }
        let rig = try await DeliveryRig { configuration in
            var sink = WebhookSink(name: "hook", url: SecretText("http://127.0.0.1:\(server.port)/in"))
            sink.retryCap = 0.25
            configuration.sinks = [.webhook(sink)]
        }
        let outlet = try await rig.outlet()
        try await outlet.append([SampleEvents.start(run: outlet.run)])
        while server.refused == 0 { await Task.yield() }
        let isDrained = await rig.service.drain(seconds: 2)
        #expect(!isDrained)
        #expect(server.refused == 1)
        await rig.service.stop()
        await server.stop()
    }

    /// Nothing goes out in the clear to an address of https.
    @Test func httpsIsNeverSpokenInTheClear() async throws {
        let server = try await WebhookServer(refusing: 0)
        let client = HTTPClient(group: MultiThreadedEventLoopGroup.singleton, userAgent: "test")
        let address = try #require(HTTPAddress("https://127.0.0.1:\(server.port)/in"))
        do {
            _ = try await client.post([1], to: address, headers: [], timeout: .seconds(30))
            Issue.record("was posted")
        } catch {
            #expect("\(error)".contains("https"))
        }
        #expect(server.requests.isEmpty)
        await server.stop()
    }

    @Test(arguments: [
        "http://", "http://:80/", "http://::1/", "http://a@b/", "http://a:b/", "ftp://a/", "http://a/ b",
    ])
    func whatIsNoAddressIsNone(text: String) { #expect(HTTPAddress(text) == nil) }
}
