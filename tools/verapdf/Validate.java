import java.io.File;
import java.io.FileInputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/** Arguments: flavours joined by commas, then files. Prints one JSON line per file and flavour. */
public final class Validate {
  private Validate() {}

  public static void main(String[] arguments) {
    VeraGreenfieldFoundryProvider.initialise();
    for (int i = 1; i < arguments.length; i++) {
      for (String flavour : arguments[0].split(",")) {
        System.out.println(line(new File(arguments[i]), flavour));
      }
    }
  }

  private static String line(File file, String name) {
    PDFAFlavour flavour = PDFAFlavour.fromString(name);
    try (InputStream in = new FileInputStream(file);
        PDFAParser parser = Foundries.defaultInstance().createParser(in, flavour);
        PDFAValidator validator = Foundries.defaultInstance().createValidator(flavour, false)) {
      ValidationResult result = validator.validate(parser);
      Map<String, String> failed = new TreeMap<>();
      for (TestAssertion assertion : result.getTestAssertions()) {
        if (assertion.getStatus() == TestAssertion.Status.FAILED) {
          String rule = assertion.getRuleId().getClause() + "-" + assertion.getRuleId().getTestNumber();
          failed.putIfAbsent(rule, assertion.getMessage());
        }
      }
      List<String> entries = new ArrayList<>();
      failed.forEach((rule, message) -> entries.add(quote(rule) + ": " + quote(message)));
      return "{\"file\": " + quote(file.getPath()) + ", \"flavour\": " + quote(name) + ", \"compliant\": "
          + result.isCompliant() + ", \"assertions\": " + result.getTotalAssertions() + ", \"failed\": {"
          + String.join(", ", entries) + "}}";
    } catch (Exception | StackOverflowError error) {
      return "{\"file\": " + quote(file.getPath()) + ", \"flavour\": " + quote(name)
          + ", \"compliant\": false, \"assertions\": 0, \"failed\": {\"error\": " + quote(error.toString()) + "}}";
    }
  }

  private static String quote(String text) {
    StringBuilder out = new StringBuilder("\"");
    for (char c : String.valueOf(text).toCharArray()) {
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' ' || c > '~') {
        out.append(String.format("\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    return out.append('"').toString();
  }
}
