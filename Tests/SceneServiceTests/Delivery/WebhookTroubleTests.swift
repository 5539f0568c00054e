import EventDelivery
import Foundation
import NIOSSL
import SceneService
import TestSupport
import Testing

/// Why a webhook's receiver is not reached is said in words, with a remedy that helps.
@Suite struct WebhookTroubleTests {
    /// A key and a certificate, `key.pem` and `ca.pem`, for an address of loopback; `dates`: from when until
    /// when it is valid, as `YYYYMMDDhhmmssZ`.
    private func security(
        _ folder: String, for name: String = "IP:127.0.0.1", from dates: (String, String)? = nil,
        _ change: (inout TLSConfiguration) throws -> Void = { _ in }
    ) throws -> NIOSSLContext {
        let (from, until) = dates ?? ("20200101000000Z", "20490101000000Z")
        let made = try ExternalTool.run([
            "sh", "-ec",
            """
            cd "$1"; echo 01 > serial; : > index
            printf '%s\\n' '[ca]' default_ca=c '[c]' database=index serial=serial new_certs_dir=. \\
                default_md=sha256 policy=p x509_extensions=e '[p]' commonName=supplied '[e]' \\
                basicConstraints=CA:TRUE "subjectAltName=$2" > ca.cnf
            openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \\
                -subj '/CN=scened test' -keyout key.pem -out request.pem
            openssl ca -batch -config ca.cnf -selfsign -notext -keyfile key.pem -in request.pem \\
                -startdate "$3" -enddate "$4" -out ca.pem
            """, "sh", folder, name, from, until,
        ])
        try #require(made.status == 0, "\(made.errors)")
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile("\(folder)/ca.pem").map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: "\(folder)/key.pem", format: .pem)))
        try change(&configuration)
        return try NIOSSLContext(configuration: configuration)
    }

    /// The receiver; nil where there is none.
    private func receiver(_ kind: String, _ folder: String) async throws -> WebhookServer? {
        switch kind {
        case "refused", "nameless": return nil
        case "plain": return try await WebhookServer(refusing: 0)
        case "past":
            let context = try security(folder, from: ("20200101000000Z", "20200102000000Z"))
            return try await WebhookServer(refusing: 0, security: context)
        case "future":
            let context = try security(folder, from: ("20480101000000Z", "20490101000000Z"))
            return try await WebhookServer(refusing: 0, security: context)
        case "namesake":
            return try await WebhookServer(refusing: 0, security: security(folder, for: "IP:127.0.0.9"))
        case "old":
            let context = try security(folder) { configuration in
                (configuration.minimumTLSVersion, configuration.maximumTLSVersion) = (.tlsv1, .tlsv11)
            }
            return try await WebhookServer(refusing: 0, security: context)
        case "client":
            let context = try security(folder) { configuration in
                configuration.certificateVerification = .noHostnameVerification
                configuration.trustRoots = .file("\(folder)/ca.pem")
            }
            return try await WebhookServer(refusing: 0, security: context)
        default: return try await WebhookServer(refusing: 0, security: security(folder))
        }
    }

    /// What the receiver is like, and what is said of it.
    static let receivers: [(kind: String, says: String)] = [
        ("refused", "Connection refused; nobody listens there: start the receiver, or check the port"),
        ("nameless", "; check the name, and the DNS of this machine"),
        ("plain", "it does not speak TLS on this port; check the port, or write http:// in the address"),
        ("past", "its certificate has expired; renew it at the receiver"),
        ("future", "its certificate is not valid yet; wait until it is"),
        ("namesake", "its certificate is for other names; use one of them in the address"),
        (
            "stranger",
            "no authority that is trusted here signed its certificate; name its authority's file with `ca`"
        ),
        ("old", "it does not support TLS 1.2 or later; let the receiver speak TLS 1.2 or 1.3"),
        ("client", "it wants a client certificate; scened has none to show"),
        ("secure", "and whether the port wants https://"),
    ]

    @Test(.enabled(if: ExternalTool.isThere("openssl"), "openssl is not installed"), arguments: receivers)
    func eachCauseHasItsRemedy(kind: String, says: String) async throws {
        let folder = try TemporaryFolder()
        let server = try await receiver(kind, folder.path)
        let rig = try await DeliveryRig(in: folder) { configuration in
            // The name has an empty label: it is refused without asking anybody.
            let host = kind == "nameless" ? "a..b" : "127.0.0.1"
            let scheme = ["refused", "nameless", "secure"].contains(kind) ? "http" : "https"
            let port = server?.port ?? Int(LoopbackListener.freePort())
            var sink = WebhookSink(name: "hook", url: SecretText("\(scheme)://\(host):\(port)/in"))
            if !["stranger", "plain"].contains(kind), scheme == "https" {
                sink.authority = "\(folder.path)/ca.pem"
            }
            sink.retryCap = 0.25
            configuration.sinks = [.webhook(sink)]
        }
        let outlet = try await rig.outlet()
        try await outlet.append([SampleEvents.start(run: outlet.run)])
        var troubles: Set<String> = []
        // A connection may also break before the other side has said why.
        for _ in 0..<300 where !troubles.contains(where: { $0.contains(says) }) {
            _ = await rig.service.drain(seconds: 0.1)
            troubles.formUnion(rig.service.board.snapshot.sinks.values.compactMap(\.trouble))
        }
        await rig.service.stop()
        await server?.stop()
        #expect(troubles.contains { $0.contains(says) }, "\(troubles)")
        // Nothing of the libraries' own words.
        let foreign = #/\n|Error|errno|descriptor:|\.(?:cc|swift)\b|NIO|SSL/#
        #expect(!troubles.contains { $0.contains(foreign) }, "\(troubles)")
    }

    /// What is wrong with an address is said without it.
    @Test(arguments: [
        ("http://viewer:canary@host/in", "names a user"), ("https://canary@host", "`secret`"),
        ("http://:80/canary", "is not http://host[:port]/path"), ("http://host/a@b", nil),
    ])
    func whatIsWrongWithAnAddressIsSaid(url: String, says: String?) {
        let fault = HTTPAddress.fault(of: url)
        #expect((fault == nil) == (says == nil) && fault?.contains("canary") != true, "\(fault ?? "")")
        if let says { #expect(fault?.contains(says) == true, "\(fault ?? "")") }
    }
}
