import Courier
import Registration
import Testing

@Suite("case 1.1") struct Case11Tests {
    @Test("a registrant signs up as the advisory shows it, and logs in")
    func wholeWay() throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            let browser = Browser(site)

            var page = try browser.get("/")
            #expect(page.status == 200)
            #expect(
                page.html.elements.contains {
                    $0.attributes["href"] == "/register" && $0.text == "Simplified Registration"
                })

            page = try browser.get("/register")
            #expect(page.status == 200)
            #expect(page.html.elements.contains { $0.name == "h1" && $0.text == "Auto IEC Registration" })
            #expect(page.body.contains("Auto IEC Registration Without DSC"))
            #expect(page.text.contains("If you have already Mobile and Email OTP's, Please Click here"))
            for label in ["Enter IEC", "Enter GSTIN", "Enter Password", "Captcha"] {
                #expect(page.text.contains(label))
            }

            page = try browser.submit(page, to: "/register", Browser.identification(holder, password))
            #expect(page.status == 303 && page.location == "/register/account")

            page = try browser.follow(page)
            for label in [
                "Enter Your ICEGATE ID", "Email ID", "Mobile Number", "Enter New Password", "Confirm Password",
            ] { #expect(page.text.contains(label)) }
            #expect(page.html.elements("value", holder.email).first?.attributes["readonly"] != nil)
            #expect(page.html.elements("value", holder.mobile).first?.attributes["readonly"] != nil)
            for rule in [
                "*ICEGATE Id should not contain any blank spaces.",
                "*ICEGATE Id should not contain special characters except \"-\" and \"_\".",
                "*ICEGATE Id should not exceed 25 characters.",
                "*ICEGATE Id may be alpha-numeric characters.",
                "* E-mail id should not exceed 50 characters.",
                "* The password should be complex and should contain number, special character and different cases..",
            ] { #expect(page.text.contains(rule)) }

            page = try browser.submit(
                page, to: "/register/account", Browser.choice(holder.icegateID, holder.password))
            #expect(page.status == 303 && page.location == "/register/otp")

            page = try browser.follow(page)
            #expect(
                page.notices == ["Your OTP sent successfully on your registered mobile number and email id."])
            #expect(page.text.contains("Enter Mobile OTP") && page.text.contains("Enter Email OTP"))
            let codes = try site.codes(of: holder)
            #expect(codes.mobile != codes.email)

            let wrong = codes.mobile == "454545" ? "454546" : "454545"
            page = try browser.submit(page, to: "/register/otp", Browser.proof((mobile: wrong, email: codes.email)))
            #expect(page.status == 422)
            #expect(
                page.alerts == [
                    "There is a problem Entered mobile OTP is not correct. Please try again with correct OTP."
                ])

            page = try browser.submit(page, to: "/register/otp", Browser.proof(codes))
            #expect(page.status == 303 && page.location == "/register/verified")

            page = try browser.follow(page)
            #expect(page.notices == ["OTP verified successfully."])
            #expect(page.html.elements.contains { $0.attributes["href"] == "/register/finish" && $0.text == "Finish" })
            #expect(
                page.text.contains("If you want to change your email id and mobile number, Please Click here"))

            page = try browser.get("/register/finish")
            #expect(page.text.contains("Are you sure finish the auto iec registration process."))
            #expect(page.html.elements("href", "/register/verified").map(\.text) == ["Cancel"])

            page = try browser.submit(page, to: "/register/finish")
            #expect(page.status == 303 && page.location == "/register/done")
            page = try browser.follow(page)
            #expect(
                page.notices == [
                    "OTP verify successfully. Your icegate id and password generated successfully and please login with your credentials. Your ICEGATE ID is \(holder.icegateID)"
                ])

            page = try browser.logIn(holder.icegateID, holder.password)
            #expect(page.status == 303 && page.location == "/account")
            page = try browser.follow(page)
            #expect(page.text.contains(holder.name) && page.text.contains(holder.iec))
            #expect(
                page.text.contains("Category: Simplified Auto Registration: not permitted to file Customs documents"))
            #expect(try site.letters(to: holder.email).last?.subject == "Your ICEGATE registration is complete")
        }
    }
}
