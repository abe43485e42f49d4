import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import net.sourceforge.pmd.PMDConfiguration;
import net.sourceforge.pmd.PmdAnalysis;
import net.sourceforge.pmd.lang.LanguageRegistry;

/** Runs PMD over one folder and prints a line per violation or unreadable file: path, line, rule and text, with tabs. */
public class Pmd {
    public static void main(String[] arguments) {
        PMDConfiguration configuration = new PMDConfiguration();
        configuration.addInputPath(Path.of(arguments[0]));
        for (String ruleset : List.of(arguments).subList(1, arguments.length)) {
            configuration.addRuleSet(ruleset);
        }
        configuration.setIgnoreIncrementalAnalysis(true);
        configuration.setOnlyRecognizeLanguage(LanguageRegistry.PMD.getLanguageById("xml"));
        PrintWriter output = new PrintWriter(System.out, true);
        try (PmdAnalysis analysis = PmdAnalysis.create(configuration)) {
            var report = analysis.performAnalysisAndCollectReport();
            report.getViolations().forEach(found -> print(output, found.getFileId().getAbsolutePath(),
                    found.getBeginLine(), found.getRule().getName(), found.getDescription()));
            report.getProcessingErrors().forEach(error -> print(output, error.getFileId().getAbsolutePath(), 0,
                    "unreadable", error.getMsg()));
        }
    }

    private static void print(PrintWriter output, String path, int line, String rule, String text) {
        output.println(String.join("\t", path, String.valueOf(line), rule, text.replaceAll("\\s+", " ")));
    }
}
