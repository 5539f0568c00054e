import Foundation
import TestSupport
import Testing

/// What stands in `deploy` for clusters and for Prometheus is right as far as that can be seen without them.
@Suite struct DeployTests {
    private static let deploy = Program.repository.appending(path: "deploy")
    private static let kinds = ["statefulset", "service", "disruption-budget", "network-policy"]

    private static func text(_ path: String) throws -> String {
        try String(contentsOf: deploy.appending(path: path), encoding: .utf8)
    }

    private static func path(_ path: String) -> String { deploy.appending(path: path).path }

    // MARK: Kubernetes

    private static let canValidate = ExternalTool.succeeds([python, "-c", "import kubernetes_validate"])
    /// Where `scripts/setup --test` puts the validator; else the one on the path.
    private static let python: String = {
        let own = Program.repository.appending(path: ".build/venv/bin/python").path
        return ExternalTool.succeeds([own, "-c", "import kubernetes_validate"]) ? own : "python3"
    }()

    private static func validate(_ path: String) throws -> ExternalTool.Result {
        try ExternalTool.run([python, "-m", "kubernetes_validate", "--strict", path])
    }

    @Test(.enabled(if: canValidate, "Python's kubernetes-validate is not installed"), arguments: kinds)
    func manifestsAreValid(_ kind: String) throws {
        let result = try Self.validate(Self.path("kubernetes/\(kind).yaml"))
        #expect(result.status == 0, "\(result.output)\(result.errors)")
    }

    /// The judge is strict: it finds a key that is misspelt.
    @Test(.enabled(if: canValidate, "Python's kubernetes-validate is not installed"))
    func aMisspeltKeyIsFound() throws {
        let wrong = try Scratch.file("wrong.yaml")
        try Self.text("kubernetes/statefulset.yaml").replacing("readinessProbe:", with: "readinesProbe:")
            .write(to: wrong, atomically: true, encoding: .utf8)
        #expect(try Self.validate(wrong.path).status != 0)
    }

    /// Everything that the folder holds is applied, and the pods get the configuration under its own name.
    @Test(.enabled(if: ExternalTool.isThere("kubectl"), "kubectl is not installed"))
    func theFolderRenders() throws {
        let result = try ExternalTool.run(["kubectl", "kustomize", Self.path("kubernetes")])
        #expect(result.status == 0, "\(result.errors)")
        for kind in ["StatefulSet", "Service", "PodDisruptionBudget", "NetworkPolicy", "ConfigMap"] {
            #expect(result.output.contains("kind: \(kind)\n"), "\(kind)")
        }
        let name = try #require(result.output.firstMatch(of: /name: (scened-[a-z0-9]{10})\n/)?.1)
        #expect(result.output.matches(of: try Regex("name: \(name)\n")).count == 2)
    }

    /// What stands in two places is the same in both.
    @Test func theManifestAgreesWithItself() throws {
        let set = try Self.text("kubernetes/statefulset.yaml")
        let replicas = try #require(set.firstMatch(of: /replicas: (\d+)/)?.1)
        #expect(set.contains("- name: SHARDS\n              value: \"\(replicas)\"\n"))
        #expect(set.contains("--shard, $(POD_INDEX)/$(SHARDS)]"))
        // The user is the image's, the image this version's.
        let user = try #require(try Self.text("Containerfile").firstMatch(of: /USER (\d+):(\d+)/))
        #expect(
            set.contains("runAsUser: \(user.1)\n        runAsGroup: \(user.2)\n        fsGroup: \(user.2)\n"))
        let version = try Program.run(["--version"]).output.split(separator: "\n").first ?? ""
        let number = try #require(version.firstMatch(of: /\d+\.\d+\.\d+/)).0
        #expect(set.contains("image: scened:\(number)\n"))
        let install = try String(
            contentsOf: Program.repository.appending(path: "docs/how-to/install.md"), encoding: .utf8)
        for text in [install, try Self.text("Containerfile")] {
            let builds = text.split(separator: "\n").filter {
                $0.contains(" build --file deploy/Containerfile")
            }
            #expect(!builds.isEmpty && builds.allSatisfy { $0.contains(" --tag scened:\(number) ") })
        }
        // A stop in order is over well before the kill.
        let patience = try #require(
            set.firstMatch(of: /terminationGracePeriodSeconds: (\d+)/).flatMap { Int($0.1) })
        let configuration = try Self.text("kubernetes/scened.yaml")
        let drain = try #require(configuration.firstMatch(of: /drain: (\d+)/).flatMap { Int($0.1) })
        #expect(drain + 10 <= patience)
        // Ports, and what makes the pod harmless.
        #expect(configuration.contains("listen: 0.0.0.0:9310") && set.contains("containerPort: 9310"))
        for line in [
            "runAsNonRoot: true", "readOnlyRootFilesystem: true", "allowPrivilegeEscalation: false",
            "drop: [ALL]",
            "type: RuntimeDefault", "automountServiceAccountToken: false",
        ] { #expect(set.contains(line), "\(line)") }
    }

    /// The configuration of the pods can be run, by each of them, and together they have all feeds.
    @Test func thePodsShareTheFeeds() throws {
        let listed = try Self.text("kubernetes/scened.yaml").matches(of: /(?m)^  - name: (\S+)$/).map {
            String($0.1)
        }
        let file = try Scratch.file("scened.yaml")
        let folder = try Scratch.emptyFolder()
        try (Self.text("kubernetes/scened.yaml") + "state: \(folder.path)\n")
            .replacing("/run/scened/", with: "\(folder.path)/").write(
                to: file, atomically: true, encoding: .utf8)
        var found: [String] = []
        for index in 0..<2 {
            let check = try Program.run(["check-config", file.path, "--shard", "\(index)/2"])
            #expect(check.status == 0, "\(check.errors)")
            let own = try #require(check.output.firstMatch(of: /(\d+) in shard \d\/2(?:: ([^;]*))?;/))
            let names = (own.2 ?? "").split(separator: ", ").map(String.init)
            #expect(names.count == Int(own.1))
            found += names
        }
        #expect(found.sorted() == listed.sorted() && !listed.isEmpty)
    }

    /// What is sent to the pods may come in: the policy names the port of each such feed.
    @Test func thePolicyLetsFeedsIn() throws {
        let sent = try Self.text("kubernetes/scened.yaml").matches(
            of: /(?m)^    input: (?:udp|rtp):\/\/\S+:(\d+)$/
        ).map { String($0.1) }
        let policy = try Self.text("kubernetes/network-policy.yaml")
        let ingress = try #require(policy.firstMatch(of: /(?ms)^  ingress:$(.*)^  egress:$/)).1
        #expect(!sent.isEmpty)
        for port in sent { #expect(ingress.contains("{protocol: UDP, port: \(port)}"), "\(port)") }
    }

    // MARK: Slurm

    /// The slice of each job of an array: a range, one with a step, and a list, which is no division of
    /// films.
    @Test(
        arguments: [
            ("0 0 0 1 1", "0/1"), ("7 0 7 8 1", "7/8"), ("9 5 9 5 1", "4/5"), ("6 0 6 4 2", "3/4"),
            ("3 1 3 2 1", nil), ("1 0 3 3 1", nil),
        ] as [(String, String?)])
    func jobsOfAnArrayTakeSlices(_ array: String, _ slice: String?) throws {
        let program = try Scratch.file("program")
        try "#!/bin/sh\necho \"$@\"\n".write(to: program, atomically: true, encoding: .utf8)
        #expect(chmod(program.path, 0o755) == 0)
        let names = ["ID", "MIN", "MAX", "COUNT", "STEP"].map { "SLURM_ARRAY_TASK_\($0)" }
        let variables = zip(names, array.split(separator: " ")).map { ($0, String($1)) }
        let result = try ExternalTool.run(
            ["bash", Self.path("slurm/scened-batch.sbatch"), "films", "results"],
            environment: Dictionary(uniqueKeysWithValues: variables + [("SCENED", program.path)]))
        #expect(result.status == (slice == nil ? 64 : 0), "\(result.errors)")
        if let slice {
            #expect(result.output == "batch films --output results --slice \(slice) --jobs 2\n")
        } else {
            #expect(result.output.isEmpty && result.errors.contains("no whole range"))
        }
    }

    // MARK: Prometheus and Grafana

    @Test(.enabled(if: ExternalTool.isThere("promtool"), "promtool is not installed"))
    func alertsFireWhenTheyShould() throws {
        let check = try ExternalTool.run([
            "promtool", "check", "rules", Self.path("prometheus/scened.rules.yaml"),
        ])
        #expect(check.status == 0, "\(check.output)\(check.errors)")
        let tests = Self.path("prometheus/scened.tests.yaml")
        let result = try ExternalTool.run(["promtool", "test", "rules", tests])
        #expect(result.status == 0, "\(result.output)\(result.errors)")
        // Every alert is tried.
        let names = try Self.text("prometheus/scened.rules.yaml").matches(of: /- alert: (\w+)/).map { $0.1 }
        let tried = try Self.text("prometheus/scened.tests.yaml")
        #expect(names.count > 10)
        for name in names { #expect(tried.contains("alertname=\"\(name)\""), "\(name)") }
    }

    /// An answer that is late by both clocks is one late answer.
    @Test(.enabled(if: ExternalTool.isThere("promtool"), "promtool is not installed"))
    func lateAnswersCountOnce() throws {
        let dashboard = try Self.text("grafana/scened.json")
        let found = try #require(dashboard.firstMatch(of: /"expr": "(.*scened_late_answers_total.*)",/))
        let panel = String(found.1).replacing("\\\"", with: "\"").replacing("$instance", with: ".*")
        let file = try Scratch.file("late.tests.yaml")
        let series = ["media", "wall"].map {
            "- {series: 'scened_late_answers_total{instance=\"a\", feed=\"f\", clock=\"\($0)\"}', values: '0x29 3x40'}"
        }
        let tests = """
            tests:
              - interval: 1m
                input_series:
                  \(series[0])
                  \(series[1])
                promql_expr_test:
                  - expr: '(\(panel)) == bool sum(increase(scened_late_answers_total{clock="wall"}[1h]))'
                    eval_time: 60m
                    exp_samples: [{labels: '{}', value: 1}]

            """
        try tests.write(to: file, atomically: true, encoding: .utf8)
        let result = try ExternalTool.run(["promtool", "test", "rules", file.path])
        #expect(result.status == 0, "\(result.output)\(result.errors)")
    }

    /// A feed that is decoded in part has pictures: neither counts `running` alone.
    @Test(arguments: ["grafana/scened.json", "prometheus/scened.rules.yaml"])
    func degradedFeedsHavePictures(file: String) throws {
        let counted = try Self.text(file).matches(of: /state[!=]?[=~]\\?"(running[a-z|]*)/).map {
            String($0.1)
        }
        #expect(counted.count >= 2 && counted.allSatisfy { $0.contains("degraded") }, "\(counted)")
    }

    /// Every metric that the dashboard and the alerts ask for is one of the service's.
    @Test func theyAskForWhatThereIs() throws {
        let site = try RunSite([("one", "tcp://127.0.0.1:1")])
        let socket = "\(site.folder.path)/h"
        let text = try String(contentsOf: site.file, encoding: .utf8)
        try text.replacing("http: null", with: "http: {listen: 'unix:\(socket)'}")
            .write(to: site.file, atomically: true, encoding: .utf8)
        let run = try LiveRun(["run", site.file.path])
        let page = try ExternalTool.run([
            "curl", "-s", "--retry", "50", "--retry-delay", "0", "--retry-all-errors", "--unix-socket",
            socket,
            "http://localhost/metrics",
        ])
        run.send(signal: SIGTERM)
        _ = try run.wait()
        let families = Set(
            page.output.matches(of: /(?m)^# TYPE (\S+) (\S+)$/).flatMap { match in
                let name = String(match.1)
                return match.2 == "histogram" ? ["_bucket", "_sum", "_count"].map { name + $0 } : [name]
            })
        #expect(families.count > 40)
        for file in ["grafana/scened.json", "prometheus/scened.rules.yaml"] {
            let asked = Set(
                try Self.text(file).matches(of: /\b(?:scened|process)_[a-z_]+/).map { String($0.0) })
            #expect(asked.count > 10)
            #expect(asked.subtracting(families).isEmpty, "\(file): \(asked.subtracting(families).sorted())")
        }
        let dashboard = try JSONSerialization.jsonObject(with: Data(Self.text("grafana/scened.json").utf8))
        let panels = try #require((dashboard as? [String: Any])?["panels"] as? [[String: Any]])
        let numbers = panels.compactMap { $0["id"] as? Int }
        #expect(numbers.count == panels.count && Set(numbers).count == panels.count)
    }
}
