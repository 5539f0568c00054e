import SceneService
import Platform
import FeedRuntime
import EventJournal
import EventDelivery
import Testing

@Suite struct HTTPAudienceTests {
    private func audience(
        _ target: String = "/metrics", hosts: [String], origins: [String] = [], isModern: Bool = true,
        checksNames: Bool = true
    ) -> HTTPAudience {
        HTTPAudience(
            target: target, needsHost: isModern, hosts: hosts, origins: origins, checksNames: checksNames)
    }

    @Test(arguments: [
        "localhost", "LOCALHOST", "LocalHost:9310", "localhost.", "localhost:", "127.0.0.1", "127.0.0.1:1",
        "192.0.2.7:80",
        "[::1]", "[::1]:9310", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]:80", "[FE80::1]",
    ])
    func namesOfThisMachineAreServed(host: String) {
        #expect(audience(hosts: [host]) == .accepted(path: "/metrics", query: ""))
    }

    @Test(arguments: [
        "evil.example", "localhost.evil.example", "evil.localhost", "localhost..", "127.0.0.1.evil.example",
        "127.0.0.1.",
        "127.1", "2130706433", "0x7f.0.0.1", "0127.0.0.1", "256.0.0.1", "1.2.3", "1.2.3.4.5", "%6cocalhost",
        "127.0.0.1,evil",
    ])
    func otherNamesAreForeign(host: String) {
        #expect(audience(hosts: [host]) == .foreign)
        // Where other machines may ask, nobody knows the names of this one.
        #expect(audience(hosts: [host], checksNames: false) == .accepted(path: "/metrics", query: ""))
    }

    @Test(arguments: [
        "", " ", "[::1].evil", "[::1]evil", "[::1", "::1", "[127.0.0.1]", "[::1%25lo]", "[v1.a]",
        "user@localhost", "localhost:80x",
        "localhost:-1", "localhost:65536", "localhost:80:90", "local host", "localhost/", "localhost?",
        "localhost\u{7f}", "höst",
        "%zz", "%+1",
    ])
    func whatIsNoHostIsMalformed(host: String) {
        guard case .malformed = audience(hosts: [host]) else {
            Issue.record("taken: '\(host)'")
            return
        }
    }

    @Test func oneHostIsNeeded() {
        guard case .malformed = audience(hosts: []),
            case .malformed = audience(hosts: ["localhost", "localhost"])
        else {
            Issue.record("taken")
            return
        }
        #expect(audience(hosts: [], isModern: false) == .accepted(path: "/metrics", query: ""))
    }

    /// The host of a whole address counts, not that of the header.
    @Test func targetsAreReadInAllTheirForms() {
        #expect(
            audience("/v1/events?a=b?c", hosts: ["localhost"])
                == .accepted(path: "/v1/events", query: "a=b?c"))
        #expect(
            audience("HTTP://LOCALHOST:9310/a?b", hosts: ["evil.example"])
                == .accepted(path: "/a", query: "b"))
        #expect(audience("http://127.0.0.1", hosts: ["localhost"]) == .accepted(path: "/", query: ""))
        #expect(audience("http://127.0.0.1?a=1", hosts: ["localhost"]) == .accepted(path: "/", query: "a=1"))
        #expect(audience("http://evil.example/a", hosts: ["localhost"]) == .foreign)
        for target in [
            "http://user@localhost/", "http:///a", "http://[::1].evil/", "metrics", "localhost:80",
            "ftp://localhost/", "",
        ] {
            guard case .malformed = audience(target, hosts: ["localhost"]) else {
                Issue.record("taken: '\(target)'")
                continue
            }
        }
    }

    @Test func foreignOriginsAreRefused() {
        for origin in ["http://localhost:3000", "https://127.0.0.1", "HTTP://[::1]:1"] {
            #expect(
                audience(hosts: ["localhost"], origins: [origin]) == .accepted(path: "/metrics", query: ""),
                "\(origin)")
        }
        for origin in [
            "null", "", "http://evil.example", "http://localhost.evil.example", "http://a@localhost",
            "http://localhost/",
            "file://localhost", "localhost",
        ] {
            #expect(audience(hosts: ["localhost"], origins: [origin]) == .foreign, "\(origin)")
        }
        #expect(
            audience(hosts: ["localhost"], origins: ["http://localhost", "http://evil.example"]) == .foreign)
    }

    @Test(arguments: [
        ("127.0.0.1:9310", "127.0.0.1:9310"), ("localhost:9310", "localhost:9310"),
        ("http://127.0.0.1:9310", "127.0.0.1:9310"), ("http://localhost:9310/", "localhost:9310"),
        ("HTTP://[::1]:9310/", "[::1]:9310"), ("http://camera", "camera:80"),
        ("unix:/run/a.sock", "unix:/run/a.sock"),
        ("https://localhost:9310", nil), ("localhost", nil), ("unix:a", nil), ("systemd:http", nil),
        ("", nil),
        ("http://localhost:9310/v1/feeds", nil),
    ])
    func aServiceIsNamedAsAPersonWritesIt(text: String, address: String?) {
        #expect(ListenAddress(service: text)?.description == address)
    }
}
