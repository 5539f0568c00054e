import MediaInput
import Testing

/// Addresses that no server can make work are found out before anything is opened.
@Suite struct AddressFaultTests {
    static let faults = [
        ("foo://x", "has the scheme 'foo', which nothing here reads; take "),
        ("dash://x", "has the scheme 'dash'"), ("CONCAT://x", "has the scheme 'concat'"),
        ("/films/a://b.ts", "or file:PATH for a path with ://"),
        ("http://", "names no host; write http://HOST/PATH"), ("http:///film.ts", "names no host"),
        ("rtsp://u:p@/live", "names no host"), ("tcp://:9000", "names no host; write tcp://HOST:PORT"),
        ("udp://", "names no port; write udp://HOST:PORT"), ("udp://127.0.0.1", "names no port"),
        ("rtp://239.0.0.1", "names no port"), ("tcp://host", "names no port"),
        ("udp://127.0.0.1:70000", "not a number from 1 to 65535"), ("http://host:0/", "not a number from 1"),
        ("udp://127.0.0.1:5OOO", "not a number from 1"), ("tcp://::1:5000", "an IPv6 address in brackets"),
        ("rtsp://u:CANARY?@host/1", "as %2F %3F %23 and %40"),
    ]

    @Test(arguments: faults) func whatCanNeverWorkIsNamed(address: String, says: String) throws {
        let fault = try #require(AddressFault.find(in: address))
        #expect(fault.contains(says), "\(fault)")
        #expect(!fault.contains("CANARY") && !fault.contains("\n"))
    }

    @Test(arguments: [
        "film.ts", "-", "a:b.ts", "file:///a://b.ts", "unix:/run/a.sock", "udp://239.0.0.1:5000",
        "udp://@:5000",
        "udp://:5000", "udp://127.0.0.1?localport=5000", "UDP://127.0.0.1:5000", "tcp://0.0.0.0:9?listen",
        "tcp://:9?listen", "rtmp://host/live/key", "rtmp://:1935/live/key?listen=1",
        "rtsp://viewer:p%40ss@[::1]:554/1",
        "http://host", "http://host:8080/live.m3u8?mail=a@b", "Http://host/x",
    ])
    func whatMayWorkIsTaken(address: String) {
        #expect(AddressFault.find(in: address) == nil)
    }

    private static let speaksSRT = AddressFault.find(in: "srt://host:9000") == nil

    @Test(
        .enabled(if: speaksSRT, "this FFmpeg has no SRT"),
        arguments: [
            ("srt://host:9000?mode=list", "take mode=caller, mode=listener or mode=rendezvous"),
            ("srt://host:9000?passphrase=CANARY", "give one of 10 to 79 characters"),
            ("srt://host:9000?mode=caller&passphrase=" + String(repeating: "CANARY", count: 14), "10 to 79"),
            ("srt://host", "names no port"),
        ])
    func whatSRTCannotTakeIsNamed(address: String, says: String) throws {
        let fault = try #require(AddressFault.find(in: address))
        #expect(fault.contains(says) && !fault.contains("CANARY"), "\(fault)")
    }

    @Test(
        .enabled(if: speaksSRT, "this FFmpeg has no SRT"),
        arguments: [
            "srt://:9000?mode=listener", "srt://host:9000?mode=rendezvous&passphrase=0123456789",
            "srt://host:9000?passphrase=",
        ])
    func whatSRTTakesIsTaken(address: String) {
        #expect(AddressFault.find(in: address) == nil)
    }

    /// The case of a scheme means nothing (RFC 3986); that of all else is kept.
    @Test(arguments: [
        ("RTSP://Host/Live", "rtsp://Host/Live"), ("Http://H/?A=B", "http://H/?A=B"),
        ("UNIX:/Run/a", "unix:/Run/a"), ("FILE:///A.ts", "file:///A.ts"), ("Film:One.ts", "Film:One.ts"),
        ("A.ts", "A.ts"), ("/A/B://c", "/A/B://c"), ("", ""),
    ])
    func schemesAreSmall(given: String, lowered: String) {
        #expect(MediaSource.lowered(given) == lowered)
        #expect(ListeningAddress("TCP://127.0.0.1:9?listen") == ListeningAddress("tcp://127.0.0.1:9?listen"))
    }
}
