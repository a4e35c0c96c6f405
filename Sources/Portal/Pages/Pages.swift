import HTMLTemplate

/// Every page of the portal, for loading the templates.
enum Pages {
    static let all: [any PageModel.Type] =
        [
            HomePage.self, RegisterPage.self, AccountDetailsPage.self, OTPVerificationPage.self, VerifiedPage.self,
            FinishPage.self, AlternateContactsPage.self, DonePage.self, ResumePage.self, TemporaryPasswordPage.self,
            LoginPage.self, ForgottenPasswordPage.self, PasswordResetProofPage.self, NewPasswordPage.self,
            ForgottenIDPage.self, AccountPage.self, MasterDetailsPage.self, RegistrationReportPage.self,
            ActivityPage.self, ContactChangePage.self, ContactProofPage.self, PasswordChangePage.self,
            AccountSessionsPage.self, FilingPage.self, ErrorPage.self,
            FeedbackPage.self, SearchPage.self, GSTINEnquiryPage.self, IECEnquiryPage.self, AdministratorLoginPage.self,
            AdministratorOTPPage.self,
            ConsolePage.self,
        ] + InformationPages.all.map { $0 }
}
