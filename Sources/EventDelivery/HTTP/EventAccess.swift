/// Who may read events over HTTP. Health, state and metrics are open to whoever reaches the server.
package enum EventAccess: Hashable, Sendable {
    /// Over a Unix socket, whose file says who may open it. Not over TCP, which knows no users: any program
    /// of any user of this machine could read them there.
    case unixOnly
    /// Whoever reaches the server.
    case anyone
    case nobody
    /// Who shows this token: `Authorization: Bearer TOKEN` (RFC 6750).
    case bearer(SecretText)
}
