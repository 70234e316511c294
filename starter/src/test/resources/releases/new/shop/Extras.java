package shop;

import jakarta.servlet.http.HttpSession;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
class Extras {
    @PostMapping("/basket")
    String add(@RequestParam String text, HttpSession session) {
        var basket = (Basket) session.getAttribute("basket");
        var items = new ArrayList<String>(basket == null ? List.of() : basket.items());
        items.add(text);
        session.setAttribute("basket", new Basket("me", items, "EUR"));
        return String.join(",", items);
    }

    @PostMapping("/only")
    String wish(@RequestParam String text, HttpSession session) {
        session.setAttribute("wish", new Wish(text, Map.of(text, 1)));
        return text;
    }
}
