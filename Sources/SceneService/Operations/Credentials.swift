internal import EventJournal
internal import Platform
internal import Glibc

/// Secrets that systemd passes as files (`LoadCredential=`): passwords of cameras, keys of signatures. They
/// stand in no argument, no environment and no log.
package struct Credentials: Sendable {
    private let directory: String?
    private let files = PosixFiles()

    /// Longest credential, in bytes.
    private static let longest = 64 << 10

    /// - Parameter directory: `$CREDENTIALS_DIRECTORY`; nil where there is none.
    package init(directory: String?) { self.directory = directory }

    /// A credential that cannot be had: one line with a remedy.
    package struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
        package var description: String
    }

    /// The content of a credential without the newlines at its end. It is registered with `Secrets`, so that
    /// no output shows it.
    package func text(named name: String) throws(Failure) -> String {
        guard let directory else {
            throw Failure(
                description:
                    "credential '\(name)' is needed, but there are none; run under systemd with LoadCredential=\(name):FILE, or set CREDENTIALS_DIRECTORY to a folder that holds it"
            )
        }
        guard FeedName.isValid(name) else {
            throw Failure(
                description: "'\(name)' cannot name a credential; use letters, digits, '.', '_' and '-'")
        }
        let bytes: [UInt8]
        do {
            bytes = try content(of: name, in: directory)
        } catch {
            throw Failure(
                description:
                    "credential '\(name)' cannot be read: \(error.reason); put it into /etc/scened/credentials, or add LoadCredential=\(name):FILE to the unit"
            )
        }
        let text = String(decoding: bytes, as: UTF8.self)
        let content = String(text.reversed().drop { $0.isNewline }.reversed())
        guard !content.isEmpty else {
            throw Failure(description: "credential '\(name)' is empty; write the secret into its file")
        }
        Secrets.register(content)
        return content
    }

    /// The unit loads a folder of credentials as `scened`; systemd then calls each one `scened_NAME`.
    private func content(of name: String, in directory: String) throws(DurableFileError) -> [UInt8] {
        do {
            return try files.read("\(directory)/\(name)", from: 0, count: Self.longest)
        } catch {
            guard let bytes = try? files.read("\(directory)/scened_\(name)", from: 0, count: Self.longest)
            else {
                throw error
            }
            return bytes
        }
    }
}
