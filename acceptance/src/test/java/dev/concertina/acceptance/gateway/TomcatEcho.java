package dev.concertina.acceptance.gateway;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.startup.Tomcat;

/** Tomcat as an instance that says what it has read. */
final class TomcatEcho implements AutoCloseable {
    private final Tomcat tomcat = new Tomcat();

    TomcatEcho(Path directory, Echo echo) throws LifecycleException {
        tomcat.setBaseDir(directory.toString());
        tomcat.setHostname("127.0.0.1");
        tomcat.setPort(0);
        tomcat.getConnector().setProperty("address", "127.0.0.1");
        Context context = tomcat.addContext("", directory.toString());
        Tomcat.addServlet(context, "echo", new EchoServlet(echo));
        context.addServletMappingDecoded("/*", "echo");
        tomcat.start();
    }

    private static final class EchoServlet extends HttpServlet {
        private static final long serialVersionUID = 1L;

        private final transient Echo echo;

        EchoServlet(Echo echo) {
            this.echo = echo;
        }

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response)
                throws IOException {
            byte[] body = request.getInputStream().readAllBytes();
            String query = request.getQueryString();
            String target = request.getRequestURI() + (query == null ? "" : "?" + query);
            response.setCharacterEncoding("ISO-8859-1");
            String said = echo.note(request.getMethod(), target, body);
            response.setContentLength(said.length());
            response.getWriter().write(said);
        }
    }

    int port() {
        return tomcat.getConnector().getLocalPort();
    }

    @Override
    public void close() throws LifecycleException {
        tomcat.stop();
        tomcat.destroy();
    }
}
