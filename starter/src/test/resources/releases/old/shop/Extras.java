package shop;

import jakarta.servlet.http.HttpSession;
import java.util.ArrayList;
import java.util.List;
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
        session.setAttribute("basket", new Basket("me", items));
        return String.join(",", items);
    }

    @PostMapping("/only")
    String coupon(@RequestParam String text, HttpSession session) {
        session.setAttribute("coupon", new Coupon(text));
        return text;
    }
}
